"""The jail: what a child gives up before it opens bytes that came from outside.

``handover`` is the parent's side: what the child may read and write. ``entering`` is the child's: it gives up everything else, layer by
layer, each of which holds alone. What a system does not offer is left out and told, once.
"""
