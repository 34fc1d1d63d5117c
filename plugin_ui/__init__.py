"""The pages people see. Knows the CRM, and neither the connector nor the command."""
