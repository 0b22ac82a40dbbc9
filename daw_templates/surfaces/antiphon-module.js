// Antiphon for Open Stage Control: values follow, whoever turned them.
// Start it with: open-stage-control --load antiphon.json --custom-module antiphon-module.js
function ask() {
    send("127.0.0.1", 9000, "/jam/subscribe")
}

module.exports = {
    init: function () {
        ask()
        setInterval(ask, 10000)
    },
}
