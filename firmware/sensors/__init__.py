"""What a sensor is to the sampler.

    read()  -> {key: whole steps, or None}   keys, steps and units of lokaalmeten.quantities
    fault   device bit of the page that says "this sensor failed", see BIT_* in wire

``read`` raises OSError when the bus does not answer and ValueError when a checksum is wrong.
It never makes up a value: what it does not know is None, and never 0.
"""
