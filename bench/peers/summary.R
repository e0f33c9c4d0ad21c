# What R says of a linear model, one figure a line: name, tab, value with 17 digits. Called by summary.py.
# Usage: summary.R FILE FORMULA WEIGHTS CLUSTER LAG ("-" for none). Needs car, sandwich and lmtest.
suppressPackageStartupMessages({library(car); library(sandwich); library(lmtest)})
arguments <- commandArgs(trailingOnly = TRUE)
data <- read.csv(arguments[1], check.names = FALSE, na.strings = c("", "NA"))
names(data) <- gsub("[^A-Za-z0-9]+", "_", names(data))
data[] <- lapply(data, function(column) if (is.character(column)) factor(column, levels = sort(unique(column), method = "radix")) else column)
formula <- as.formula(arguments[2])
if (arguments[3] != "-") data$weight_ <- data[[arguments[3]]]
model <- if (arguments[3] != "-") lm(formula, data, weights = weight_) else lm(formula, data)
out <- function(name, value) cat(sprintf("%s\t%.17g\n", name, as.numeric(value)), sep = "")
s <- summary(model)
table <- coef(s)
limits <- confint(model)
for (i in seq_len(nrow(table))) {
  out(paste0(c("estimate", "standardError", "t", "p", "lower", "upper"), ".", i - 1), c(table[i, ], limits[i, ]))
}
f <- s$fstatistic
out("residualStandardError", s$sigma)
out("residualDegreesOfFreedom", s$df[2])
out("rSquared", s$r.squared)
out("adjustedRSquared", s$adj.r.squared)
out("f", f[1])
out("fP", pf(f[1], f[2], f[3], lower.tail = FALSE))
out("logLikelihood", logLik(model))
out("aic", AIC(model))
out("bic", BIC(model))
inflation <- as.matrix(vif(model))
out(paste0("gvif.", seq_len(nrow(inflation)) - 1), inflation[, 1])
dropped <- drop1(model, test = "F")[-1, ]
out(paste0("featureF.", seq_len(nrow(dropped)) - 1), dropped[["F value"]])
out(paste0("featureP.", seq_len(nrow(dropped)) - 1), dropped[["Pr(>F)"]])
e <- residuals(model) * if (arguments[3] != "-") sqrt(weights(model)) else 1
out(paste0("quantile.", 0:4), quantile(e))
if (arguments[3] == "-") {
  out("durbinWatson", dwtest(model)$statistic)
  bp <- bptest(model)
  out("breuschPagan", bp$statistic)
  out("breuschPaganP", bp$p.value)
}
h <- hatvalues(model)
d <- cooks.distance(model)
out("largestLeverage", max(h))
out("largestCook", max(d))
robust <- function(name, covariance, freedom) {
  test <- coeftest(model, vcov. = covariance, df = freedom)
  for (i in seq_len(nrow(test))) out(paste0(c("standardError", "t", "p"), ".", name, ".", i - 1), test[i, 2:4])
  wald <- waldtest(model, vcov = covariance)
  out(paste0("f.", name), wald[["F"]][2])
}
for (kind in c("HC0", "HC1", "HC2", "HC3")) robust(tolower(kind), vcovHC(model, kind), s$df[2])
robust("hac", NeweyWest(model, lag = as.integer(arguments[5]), prewhite = FALSE, adjust = TRUE), s$df[2])
if (arguments[4] != "-") {
  cluster <- data[rownames(model.frame(model)), arguments[4]]
  robust("cluster", vcovCL(model, cluster = cluster), length(unique(cluster)) - 1)
}
