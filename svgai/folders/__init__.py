"""Many images at once: found, converted by worker processes, each on its own, and able to go on where it stopped."""
