"""The commands of ``python -m geo``: each module adds its own through ``add(commands)``.

A module imports what its work needs only when it runs, so that ``--help`` answers at once. Its
``run(args)`` returns the exit code: 0 done, 1 done with something left out, 2 not done.
"""
