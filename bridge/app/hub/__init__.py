"""The control process: everything meets here."""
