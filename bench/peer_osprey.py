"""Runs inside Osprey's own environment: its rules over events, for `bench_rules.py`. Prints JSON.

PYTHONPATH=$STEELYARD_PEER_OSPREY/osprey_worker/src python bench/peer_osprey.py < job.json
"""

import importlib
import json
import pkgutil
import sys
import time
from datetime import datetime

import gevent.pool
from osprey.engine.ast.sources import Sources
from osprey.engine.ast_validator import validate_sources
from osprey.engine.ast_validator import validators as checks
from osprey.engine.ast_validator.base_validator import BaseValidator
from osprey.engine.ast_validator.validator_registry import ValidatorRegistry
from osprey.engine.executor.execution_context import Action
from osprey.engine.executor.execution_graph import compile_execution_graph
from osprey.engine.executor.executor import execute
from osprey.engine.executor.udf_execution_helpers import UDFHelpers
from osprey.engine.stdlib import get_config_registry
from osprey.engine.stdlib.udfs.json_data import JsonData
from osprey.engine.stdlib.udfs.rules import Rule, WhenRules
from osprey.engine.udf.registry import UDFRegistry
from osprey.worker.lib.singletons import CONFIG


def main() -> None:
    job = json.load(sys.stdin)
    CONFIG.instance().configure_from_env()
    udfs = UDFRegistry.with_udfs(JsonData, Rule, WhenRules)
    registry = ValidatorRegistry.get_instance()
    for module in pkgutil.iter_modules(checks.__path__):
        if module.name != "tests":
            for found in vars(importlib.import_module(f"{checks.__name__}.{module.name}")).values():
                if (
                    isinstance(found, type)
                    and issubclass(found, BaseValidator)
                    and found.__module__.endswith(module.name)
                ):
                    registry.register_to_instance(found)
    validators = registry.instance_with_additional_validators(get_config_registry().get_validator())
    graph = compile_execution_graph(validate_sources(Sources.from_dict(job["sources"]), udfs, validators))
    pool, helpers, spent = gevent.pool.Pool(10), UDFHelpers(), float("inf")
    for _ in range(3):
        told, began = [], time.process_time()
        for number, event in enumerate(job["events"]):
            at = datetime(2026, 1, 1)  # noqa: DTZ001 - as Osprey takes it
            action = Action(action_id=number, action_name="post", data=event, secret_data={}, timestamp=at)
            told.append(execute(graph, helpers, action, pool).extracted_features)
        spent = min(spent, time.process_time() - began)
    fired = [sorted(name for name in job["rules"] if features.get(name) is True) for features in told]
    json.dump({"seconds": spent, "fired": fired}, sys.stdout)


if __name__ == "__main__":
    main()
