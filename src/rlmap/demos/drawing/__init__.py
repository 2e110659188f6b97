"""Pictures of environments: one frame of a copy, for an animation of what a policy does."""
