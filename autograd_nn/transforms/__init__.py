"""Functions to their derivatives: grad, vjp, jvp, jacobian, hessian, hvp."""

from .transforms import elementwise_grad, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp

__all__ = ["elementwise_grad", "grad", "hessian", "hvp", "jacobian", "jvp", "value_and_grad", "vjp"]
