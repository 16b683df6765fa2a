"""What runs inside the sandbox on our side: the zygote that forks kernels and judges, the limits,
and the kernel of a notebook.
"""
