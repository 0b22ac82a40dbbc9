"""`python -m bridge` is `antiphon`."""

from bridge.app.cli import main

if __name__ == "__main__":
    main()
