"""A house in network namespaces: a child's device, the gateway and the world, with real packets."""
