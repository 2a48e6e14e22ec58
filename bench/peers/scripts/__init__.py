"""What runs in the peers' own environments: each knows its peer and the plan of the material, and nothing of ours."""
