"""The generic door: any platform sends items over HTTP and has its verdicts in the answer."""
