"""The protocol of protocol.go, for both peers."""
import json, os, resource, sys, time

def memory():
    now = 0
    if os.path.exists("/proc/self/statm"):
        now = int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize() / 2**20
    return dict(rss_mb=now, peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10))

def timed(run, steps):
    t = time.perf_counter(); steps = run(steps) or steps
    return steps, time.perf_counter() - t

def say(**line): print(json.dumps(line), flush=True)

def serve(ways, batch, who):
    """Warms up and answers requests. ways are functions run(steps), which return how many
    steps they took where these are more."""
    rates = {}
    for name, run in ways.items():
        run(50)
        steps, dt = timed(run, 20)
        rates[name] = 0
        for _ in range(2):  # the better of two: the first may still be cold
            steps, dt = timed(run, max(5, int(.3 / (dt / steps))))
            rates[name] = max(rates[name], steps / dt)
    say(who=who, ways=[dict(name=n, images_per_s=v * batch) for n, v in rates.items()])
    for line in sys.stdin:
        ask = json.loads(line)
        run, steps, dt = ways[ask["way"]], 0, 0
        while steps == 0 or (dt < ask["seconds"] if ask["steps"] == 0 else steps < ask["steps"]):
            left = ask["steps"] - steps if ask["steps"] else (ask["seconds"] - dt) * rates[ask["way"]]
            n, t = timed(run, max(1, int(left)))
            steps, dt = steps + n, dt + t
        say(steps=steps, images=steps * batch, seconds=dt, **memory())
