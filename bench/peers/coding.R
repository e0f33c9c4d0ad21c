# How R codes texts in products with and without an intercept: the columns of model.matrix for 200 random formulas,
# which tests/HpcLinReg.Tests/TestData/models/coding.csv holds.
# Run from the root of the clone: Rscript bench/peers/coding.R > tests/HpcLinReg.Tests/TestData/models/coding.csv
set.seed(19)
data <- expand.grid(a = factor(0:2), b = factor(0:1), c = factor(0:1))
data$x <- rnorm(nrow(data))
data$z <- rnorm(nrow(data))
cat("intercept,features,columns\n")
for (i in 1:200) {
  parts <- unique(replicate(sample(1:5, 1), paste(sort(sample(c("a", "b", "c", "x", "z"), sample(1:3, 1))), collapse = ":")))
  parts <- sapply(strsplit(parts, ":"), function(part) paste(part[order(runif(length(part)))], collapse = ":"))
  intercept <- i %% 4 == 0
  columns <- colnames(model.matrix(as.formula(paste("~", if (intercept) 1 else 0, "+", paste(parts, collapse = " + "))), data))
  cat(intercept, paste(parts, collapse = " "), paste(setdiff(columns, "(Intercept)"), collapse = " "), sep = ",")
  cat("\n")
}
