"""Campaigns: many products, versions and seeds, on one processor or on a Dask cluster, into one stream."""

from conformance.campaign.plan import Plan, PlanError, PlannedProduct, load_plan
from conformance.campaign.run import run_campaign

__all__ = ["Plan", "PlanError", "PlannedProduct", "load_plan", "run_campaign"]
