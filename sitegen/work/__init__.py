"""Steps of a build spread over processes, and spared where the last build did them."""
