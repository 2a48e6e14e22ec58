"""Requests as one may send them: each is in the API's description, and a test sends it and gets the answer that is shown there."""

from typing import Any

TASK_ID = "0b7f6c1e-2f7a-4c0e-9d53-5f0a3f0e7a11"
"""Stands for a film of one's own."""
WORDS = "Explain in 20 seconds why bees matter"

Examples = dict[tuple[str, str], dict[str, Any]]

EXAMPLES: Examples = {
    ("post", "/api/video/create"): {
        "words": {"text_input": WORDS},
        "wishes": {"text_input": WORDS, "seconds": 20, "aspect": "9:16", "fps": 30, "theme": "meadow", "camera": "cards", "label": "end"},
        "review": {"text_input": WORDS, "review": "script"},
    },
    ("post", "/api/video/estimate"): {"words": {"text_input": WORDS}},
    ("post", "/api/video/task/{task_id}/review"): {
        "approve": {"approve": True},
        "change": {"approve": True, "revision": 1, "scenes": [{"scene_number": 1, "description": "Bees feed us."}]},
    },
    ("post", "/api/video/task/{task_id}/scenes/{number}/retake"): {
        "words": {"text": "A third of what we eat needs bees."},
        "picture": {"picture": True},
    },
    ("post", "/api/video/task/{task_id}/variant"): {"vertical": {"aspect": "9:16"}},
    ("post", "/api/video/tickets"): {"one": {"task_ids": [TASK_ID]}},
    ("post", "/api/conversation/message"): {"message": {"message": "An advert for our new bakery in Lisbon"}},
    ("post", "/api/conversation/{conversation_id}/generate"): {"wishes": {"aspect": "1:1", "theme": "sunrise"}},
    ("post", "/video/invoke"): {"words": {"input": {"text_input": WORDS}}},
    ("post", "/video/batch"): {"words": {"inputs": [{"text_input": WORDS}]}},
    **{("post", f"/video/{name}"): {"words": {"input": {"text_input": WORDS}}} for name in ("stream", "stream_log", "stream_events")},
}
