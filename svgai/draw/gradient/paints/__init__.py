"""Regions → paints, and which of them are one."""
