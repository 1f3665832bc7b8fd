# The mean of every hour of the day, over all nodes, of what was measured on the last day.
# A download is one CSV with exactly what was asked for; flag 1 of QARTOD is good.
# Needs nothing but R. Rscript examples/rhythm.R [ADDRESS] [QUANTITY] [PDF]

given <- commandArgs(trailingOnly = TRUE)
address <- if (length(given) >= 1) given[1] else "http://127.0.0.1:8050"
quantity <- if (length(given) >= 2) given[2] else "pm25"
picture <- if (length(given) >= 3) given[3] else "rhythm.pdf"

samples <- read.csv(paste0(address, "/v1/downloads/observations?quantity=", quantity))
good <- samples[samples[[paste0(quantity, "_flag")]] == 1, ]
moment <- as.POSIXct(good$time, format = "%Y-%m-%dT%H:%M:%SZ", tz = "UTC")
hour <- as.integer(format(moment, "%H"))
means <- tapply(good[[quantity]], hour, mean)

print(data.frame(hour_utc = as.integer(names(means)), mean = round(as.vector(means), 2)),
      row.names = FALSE)

pdf(picture, width = 7, height = 4)
plot(as.integer(names(means)), means, type = "b", xlab = "hour of the day, UTC", ylab = quantity)
invisible(dev.off())
