"""The other stories, beside the flow: rebuild, rederive, import, replay, take down."""
