# Confidence and prediction limits of R's lm, which tests/HpcLinReg.Tests/TestData/real/intervals.csv holds.
# Run from the root of the clone: Rscript bench/peers/predict.R > tests/HpcLinReg.Tests/TestData/real/intervals.csv
options(digits = 17)
penguins <- read.csv("tests/HpcLinReg.Tests/TestData/real/penguins.csv", check.names = FALSE, na.strings = c("", "NA"))
names(penguins) <- c("species", "island", "length", "depth", "flipper", "mass", "sex")
penguins$sex[penguins$sex == "."] <- NA
diabetes <- read.csv("tests/HpcLinReg.Tests/TestData/real/diabetes.csv")

cat("model,row,level,value,standardError,leverage,confidenceLower,confidenceUpper,predictionLower,predictionUpper\n")
show <- function(name, model, rows, data, level) {
  for (row in rows) {
    at <- data[row, ]
    fit <- predict(model, at, se.fit = TRUE, interval = "confidence", level = level)
    prediction <- suppressWarnings(predict(model, at, interval = "prediction", level = level))
    leverage <- (fit$se.fit / fit$residual.scale)^2
    cat(paste(c(name, row, level, format(c(fit$fit[1], fit$se.fit, leverage, fit$fit[2:3], prediction[2:3]), digits = 17, trim = TRUE)), collapse = ","), "\n", sep = "")
  }
}

show("columns", lm(target ~ ., diabetes), c(1, 100, 442), diabetes, 0.95)
show("text", lm(mass ~ species + flipper + sex, penguins), c(1, 50, 200, 335), penguins, 0.99)
show("interaction", lm(mass ~ species * flipper + species:sex + sex, penguins), c(1, 60, 180, 300), penguins, 0.9)
show("nested", lm(mass ~ flipper + species:depth, penguins), c(1, 200, 330), penguins, 0.95)
show("polynomial", lm(mass ~ poly(flipper, 3) + sex, penguins[complete.cases(penguins[, c("mass", "flipper", "sex")]), ]), c(1, 150, 320), penguins, 0.95)
show("expression", lm(mass ~ I(length * depth) + log(flipper), penguins), c(1, 90, 290), penguins, 0.999)
show("weights", lm(target ~ bmi + bp + s5, diabetes, weights = age), c(3, 77, 400), diabetes, 0.95)
show("origin", lm(target ~ bmi + bp + s5 - 1, diabetes), c(3, 77, 400), diabetes, 0.8)
