"""Study: profile, plan, placement, progress, export."""
