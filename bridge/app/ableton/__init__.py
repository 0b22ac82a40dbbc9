"""Ableton Live, through AbletonOSC."""
