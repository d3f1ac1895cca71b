"""Drawing on other machines: messages go out through Celery's broker, and what was drawn comes back.

A sender holds the truth: which pictures are out, who draws them, how often one was lost. A message may come twice or
never, a worker may draw a picture that somebody else has drawn too; whatever comes back first counts, once.
"""
