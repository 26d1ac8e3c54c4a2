"""The words and rules of discharge to assess, pure: standard library only."""
