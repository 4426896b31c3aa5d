"""规划期、目标与规则：规划自己的数字，全部来自数据文件。"""

from layers.policy.bundle import Policy, load_policy

__all__ = ["Policy", "load_policy"]
