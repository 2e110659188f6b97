"""Parts that several learners share: networks, replay, evaluation."""
