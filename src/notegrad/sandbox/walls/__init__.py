"""The walls confine a process by the kernel's means; both sides trust them. Student code runs after them."""
