"""The pages of the app: widgets only, every fact comes from the pipeline."""
