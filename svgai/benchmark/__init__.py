"""Do the tiers keep what they promise on this machine: every image in a process of its own, beside plain vtracer."""
