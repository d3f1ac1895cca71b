"""The service: HTTP requests in, measured SVGs out. Imported by its commands alone; needs the extra `serve`.

A job's row in the database is the truth: requests write it, the dispatcher claims it, a worker process draws it, and
whatever dies in between, the row says what is left to do.
"""
