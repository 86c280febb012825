"""How a console is spoken to: the one room that knows QRadar's REST API and its content packages.

Importing the package costs nothing; `dac.qradar.client` is what brings httpx.
"""
