"""Music in files: continued, scored, measured without a jam."""
