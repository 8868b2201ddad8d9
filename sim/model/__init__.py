"""What is simulated: parameters, sources, scenarios, population, rules, market, policies, outcomes."""
