"""Setting a gateway up: its conf.yaml judged as the gateway itself would."""
