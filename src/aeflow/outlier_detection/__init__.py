"""Detectors of rows unlike those that they have learned."""

from aeflow.outlier_detection._ae_flow_detector import AEFlowDetector

__all__ = ["AEFlowDetector"]
