"""Runs a device with a delay on its input and on its output, as a slow connection has it:

    halfulp verify e4m3fn --op mul --subject 'cmd2:python3 delay.py 25 ./device'

25 milliseconds each way make a round trip of 50. Throughput should be as without, but for --window."""

import os
import queue
import subprocess
import sys
import threading
import time


def delayed(source, sink, seconds):
    """Copies bytes, each some seconds after it came."""
    waiting = queue.Queue()

    def copy():
        for due, data in iter(waiting.get, None):
            time.sleep(max(0, due - time.monotonic()))
            try:
                while data:
                    data = data[os.write(sink, data) :]
            except BrokenPipeError:  # nobody reads any more
                break
        os.close(sink)

    copier = threading.Thread(target=copy)
    copier.start()
    while data := os.read(source, 1 << 20):
        waiting.put((time.monotonic() + seconds, data))
    waiting.put(None)
    return copier


def main():
    seconds = float(sys.argv[1]) / 1000
    device = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    # The device's end of these pipes is the device's alone.
    to_device, from_device = os.dup(device.stdin.fileno()), os.dup(device.stdout.fileno())
    device.stdin.close()
    device.stdout.close()
    threading.Thread(target=delayed, args=(0, to_device, seconds)).start()
    delayed(from_device, 1, seconds).join()
    sys.exit(device.wait())


if __name__ == "__main__":
    main()
