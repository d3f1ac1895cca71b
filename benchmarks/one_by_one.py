"""The conversions of a batch, one after another in this one process: python one_by_one.py IN OUT [OPTIONS]."""

from __future__ import annotations

import os
import sys

import cv2

from svgai.cli import main

if __name__ == "__main__":
    folder, out, *options = sys.argv[1:]
    cv2.setNumThreads(1)
    names = sorted(os.listdir(folder))
    main(["convert", *(os.path.join(folder, n) for n in names), "-o", out, "--quiet", *options], prog_name="svgai")
