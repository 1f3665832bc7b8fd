"""Sensors on a simulated board, run side by side in time that costs nothing."""


class Rig:
    """Steps each sensor when it is due; time jumps from one step to the next."""

    def __init__(self, board, sensors):
        """``sensors`` of that board."""
        self.board = board
        self.time = board.time
        self.sensors = sensors
        self._due = [self.time.ms for _ in sensors]

    def run_for(self, ms):
        """Let so much time pass."""
        end = self.time.ms + ms
        while self._due and min(self._due) <= end:
            index = self._due.index(min(self._due))
            self._pass_to(self._due[index])
            wait_ms = self.sensors[index].step()
            self._due[index] = self.time.ms + wait_ms
        self._pass_to(end)

    def readings(self):
        """What is fresh, by key; of two sensors the first in the list."""
        found = {}
        for sensor in reversed(self.sensors):
            sensor.close_window()
            if sensor.fresh(self.time.ticks_ms()):
                found.update(zip(sensor.keys, sensor.counts))
        return {key: count for key, count in found.items() if count is not None}

    def bits(self):
        """Device bits of all sensors together."""
        found = 0
        for sensor in self.sensors:
            sensor.fresh(self.time.ticks_ms())
            found |= sensor.bits()
        return found

    def _pass_to(self, ms):
        if ms > self.time.ms:
            self.time.advance(ms - self.time.ms)
        self.board.look()
