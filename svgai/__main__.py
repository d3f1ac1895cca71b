"""python -m svgai"""

from svgai.cli import main

main(prog_name="svgai")
