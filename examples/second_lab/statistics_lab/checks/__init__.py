"""The checks under the tasks; the process of a submission does not see this folder."""
