"""Hostile files, odd pictures and kills, drawn by lot from a seed: a sample of them in the gate, many in
benchmarks/attack.py."""
