-- Opens a session in Ardour without a screen and obeys lines on stdin:
--   roll    arm all tracks, record, play
--   stop    stop, say what was recorded, and end
-- SESSION is its folder; the file in it is called Antiphon.ardour.
local function sleep(seconds) os.execute("sleep " .. seconds) end
local function say(...) print(...); io.stdout:flush() end

AudioEngine:set_backend("JACK", "ardour", "")
local session = load_session(os.getenv("SESSION"), "Antiphon")
assert(session, "the session cannot be loaded")
ARDOUR.config():set_send_midi_clock(true)

local tracks = {}
for route in session:get_routes():iter() do
  local track = route:to_track()
  if not track:isnil() then tracks[#tracks + 1] = track end
end
for _, track in ipairs(tracks) do
  say("track", track:name(), track:monitoring_control():get_value())
end
local start = Temporal.timepos_t(0)
say("tempo", Temporal.TempoMap.read():quarters_per_minute_at(start))
say("ready")

for order in io.lines() do
  if order == "roll" then
    for _, track in ipairs(tracks) do
      track:rec_enable_control():set_value(1, PBD.GroupControlDisposition.NoGroup)
    end
    session:goto_start(false)
    session:maybe_enable_record()
    session:request_roll(ARDOUR.TransportRequestSource.TRS_UI)
    say("rolling")
  elseif order == "stop" then
    session:request_stop(false, false, ARDOUR.TransportRequestSource.TRS_UI)
    sleep(1)
    session:disable_record(false, false)
    for _, track in ipairs(tracks) do
      local count = 0
      for region in track:playlist():region_list():iter() do
        local midi = region:to_midiregion()
        if not midi:isnil() then
          for _ in ARDOUR.LuaAPI.note_list(midi:midi_source(0):model()):iter() do
            count = count + 1
          end
        end
      end
      say("recorded", track:name(), count)
    end
    session:save_state("")
    break
  end
end
close_session()
quit()
