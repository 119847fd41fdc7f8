# Computes every figure of a study again from the tables, with base R and pROC alone, and compares it with the file.
suppressMessages(library(pROC))
within <- qnorm(0.975)
same <- function(a, b) (is.na(a) && is.na(b)) || (!is.na(a) && !is.na(b) && abs(a - b) < 1e-6 * max(1, abs(b)))

jackknife <- function(statistic, patients, bounded = FALSE) {
  value <- statistic(seq_along(patients))
  names <- unique(patients)
  if (length(names) < 3 || is.na(value) || (bounded && abs(value) >= 1)) return(c(value, NA, NA))
  left <- sapply(names, function(name) statistic(which(patients != name)))
  centre <- value; as_z <- bounded && !any(is.na(left)) && all(abs(left) < 1)
  if (as_z) { left <- atanh(left); centre <- atanh(value) }
  spread <- sqrt((length(names) - 1) / length(names) * sum((left - mean(left))^2))
  if (!is.na(spread) && spread <= 1e-12 * max(1, abs(value))) return(c(value, NA, NA))
  ends <- centre + c(-1, 1) * qt(0.975, length(names) - 1) * spread
  if (any(is.na(ends)) || any(is.infinite(ends))) return(c(value, NA, NA))
  c(value, if (as_z) tanh(ends) else if (bounded) pmin(pmax(ends, -1), 1) else ends)
}
share <- function(hits, patients) {
  n <- length(hits)
  if (n == 0) return(c(NA, NA, NA))
  p <- mean(hits); m <- length(unique(patients)); effect <- 1
  if (m < n) {
    if (p == 0 || p == 1 || m < 2) effect <- n / m
    else effect <- max(1, m / (m - 1) * sum(tapply(hits - p, patients, sum)^2) / n^2 / (p * (1 - p) / n))
  }
  n <- n / effect
  z2 <- within^2
  ends <- (p + z2 / (2 * n) + c(-1, 1) * within * sqrt(p * (1 - p) / n + z2 / (4 * n^2))) / (1 + z2 / n)
  c(p, ends)
}
cohen <- function(a, b, values, weighted = FALSE) {
  table <- table(factor(a, values), factor(b, values)) / length(a)
  far <- outer(seq_along(values), seq_along(values), function(i, j) if (weighted) (i - j)^2 else as.numeric(i != j))
  1 - sum(far * table) / sum(far * outer(rowSums(table), colSums(table)))
}
counts <- function(m, values) sapply(values, function(value) rowSums(m == value))
fleiss <- function(m, values) {
  n <- counts(m, values); r <- ncol(m)
  seen <- mean((rowSums(n^2) - r) / (r * (r - 1))); chance <- sum(colMeans(n / r)^2)
  (seen - chance) / (1 - chance)
}
ac1 <- function(m, values) {
  n <- counts(m, values); r <- ncol(m); q <- length(values)
  seen <- mean(rowSums(n * (n - 1)) / (r * (r - 1))); shares <- colMeans(n / r)
  chance <- sum(shares * (1 - shares)) / (q - 1)
  (seen - chance) / (1 - chance)
}
icc <- function(m) {
  n <- nrow(m); k <- ncol(m)  # the mean squares of aov(value ~ item + reader), without its formula, which takes long
  items <- rowMeans(m); readers <- colMeans(m); rest <- sweep(sweep(m, 1, items), 2, readers) + mean(m)
  squares <- c(k * var(items), n * var(readers), sum(rest^2) / ((n - 1) * (k - 1)))
  (squares[1] - squares[3]) / (squares[1] + (k - 1) * squares[3] + k * (squares[2] - squares[3]) / n)
}
# DeLong's components, summed over each patient (Obuchowski 1997)
parts <- function(ratings, truth, patients) {
  x <- ratings[truth]; y <- ratings[!truth]
  psi <- outer(x, y, function(a, b) (a > b) + 0.5 * (a == b)); area <- mean(psi)
  all <- unique(patients)
  add <- function(values, of) sapply(all, function(name) sum(values[of == name]))
  list(area = area, sick = add(rowMeans(psi) - area, patients[truth]), well = add(colMeans(psi) - area, patients[!truth]),
       n1 = length(x), n0 = length(y), i1 = length(unique(patients[truth])), i0 = length(unique(patients[!truth])))
}
covariance <- function(a, b) {
  m <- length(a$sick)
  a$i1 / (a$i1 - 1) * sum(a$sick * b$sick) / a$n1^2 + a$i0 / (a$i0 - 1) * sum(a$well * b$well) / a$n0^2 +
    m / (m - 1) * (sum(a$sick * b$well) + sum(a$well * b$sick)) / (a$n1 * a$n0)
}
auc_of <- function(ratings, truth, patients) {
  p <- parts(ratings, truth, patients)
  reach <- within * sqrt(covariance(p, p)) / (p$area * (1 - p$area))
  if (length(unique(patients)) == length(patients)) {
    curve <- roc(truth, ratings, direction = "<", levels = c(FALSE, TRUE), quiet = TRUE)
    stopifnot(same(as.numeric(auc(curve)), p$area), same(var(curve, method = "delong"), covariance(p, p)))
  }
  c(p$area, plogis(qlogis(p$area) + c(-1, 1) * reach))
}
auc_gain <- function(first, second, truth, patients) {
  a <- parts(first, truth, patients); b <- parts(second, truth, patients)
  variance <- covariance(a, a) + covariance(b, b) - 2 * covariance(a, b)
  if (length(unique(patients)) == length(patients)) {
    curves <- lapply(list(first, second), function(x) roc(truth, x, direction = "<", levels = c(FALSE, TRUE), quiet = TRUE))
    test <- roc.test(curves[[2]], curves[[1]], method = "delong", paired = TRUE)
    stopifnot(same(unname(test$statistic), (b$area - a$area) / sqrt(variance)))
  }
  pmax(pmin(b$area - a$area + c(0, -1, 1) * within * sqrt(variance), 1), -1)
}

check <- function(folder) {
  read <- function(name) read.csv(file.path(folder, name), encoding = "UTF-8", check.names = FALSE)
  wide <- read("r.csv"); file <- read("r-agreement.csv"); truth <- read("truth.csv"); people <- read("patients.csv")
  patient <- setNames(people$patient, people$case)
  given <- function(reader, session, occurrence, question) {
    rows <- wide[wide$reader == reader & wide$session == session & wide$occurrence == occurrence &
                 wide$state == "done" & !wide$training, ]
    answers <- setNames(rows[[question]], rows$case)
    if (question == "signs") answers[is.na(answers)] <- ""  # none of the options is an answer, too
    answers[!is.na(answers) & (answers != "" | question == "signs")]
  }
  values <- list(lesion = c(FALSE, TRUE), sure = 1:5, organ = c("-", "liver", "spleen"))
  sick <- setNames(truth$lesion == "yes", truth$case)
  right <- setNames(truth$organ, truth$case)
  compared <- 0
  for (number in seq_len(nrow(file))) {
    row <- file[number, ]; question <- row$question; who <- row$readers; method <- row$method
    if (question == "places" || grepl("no figure", method)) next
    session <- as.integer(sub(".*session ([0-9]+).*", "\\1", who))
    reader <- sub(",.*", "", who)
    if (row$comparison == "between readers") {
      names <- if (grepl(" readers", who)) setdiff(unique(wide$reader), "Late") else strsplit(sub(", session.*", "", who), " and ")[[1]]
      answers <- lapply(names, function(name) given(name, session, 1, question))
    } else if (row$comparison == "within reader") {
      answers <- lapply(1:2, function(occurrence) given(reader, session, occurrence, question))
    } else if (row$comparison == "between sessions" || grepl("minus", who)) {
      answers <- lapply(1:2, function(each) given(reader, each, 1, question))
    } else answers <- list(given(reader, session, 1, question))
    items <- sort(Reduce(intersect, lapply(answers, names)))
    if (row$comparison == "with the reference") items <- intersect(items, names(sick))
    m <- sapply(answers, function(answer) answer[items]); patients <- unname(patient[items]); is_sick <- sick[items]
    pick <- function(f) function(kept) f(m[kept, , drop = FALSE])
    option <- if (grepl("'", sub("Cohen's|Fleiss'|Gwet's", "", method))) sub(".*'(.*)'$", "\\1", method) else ""
    levels <- values[[question]]
    if (question == "signs" && method != "alike") {
      m <- matrix(sapply(strsplit(m, ";"), function(chosen) option %in% chosen), nrow = nrow(m)); levels <- c(FALSE, TRUE)
    }
    base <- sub(", ('|>=).*", "", method)
    call <- if (question == "sure") m >= 4 else m
    found <- switch(base,
      "alike" = share(as.numeric(m[, 1] == m[, 2]), patients),
      "Cohen's kappa" = jackknife(pick(function(x) cohen(x[, 1], x[, 2], levels)), patients, TRUE),
      "weighted kappa" = jackknife(pick(function(x) cohen(x[, 1], x[, 2], levels, TRUE)), patients, TRUE),
      "mean weighted kappa of all pairs" = jackknife(pick(function(x) mean(combn(ncol(x), 2, function(pair)
        cohen(x[, pair[1]], x[, pair[2]], levels, TRUE)))), patients, TRUE),
      "Fleiss' kappa" = jackknife(pick(function(x) fleiss(x, levels)), patients, TRUE),
      "Gwet's AC1" = jackknife(pick(function(x) ac1(x, levels)), patients, TRUE),
      "ICC(2,1)" = jackknife(pick(icc), patients, TRUE),
      "bias" = jackknife(pick(function(x) mean(x[, 2] - x[, 1])), patients),
      "lower limit of agreement" = jackknife(pick(function(x) mean(x[, 2] - x[, 1]) - within * sd(x[, 2] - x[, 1])), patients),
      "upper limit of agreement" = jackknife(pick(function(x) mean(x[, 2] - x[, 1]) + within * sd(x[, 2] - x[, 1])), patients),
      "repeatability coefficient" = pmax(0, jackknife(pick(function(x) within * sqrt(2 * mean((x[, 2] - x[, 1])^2 / 2))), patients)),
      "right" = share(as.numeric(m[, 1] == right[items]), patients),
      "sensitivity" = share(as.numeric(call[is_sick, 1]), patients[is_sick]),
      "specificity" = share(as.numeric(!call[!is_sick, 1]), patients[!is_sick]),
      "positive predictive value" = share(as.numeric(is_sick[call[, 1]]), patients[call[, 1]]),
      "negative predictive value" = share(as.numeric(!is_sick[!call[, 1]]), patients[!call[, 1]]),
      "area under the ROC curve" = auc_of(m[, 1], is_sick, patients),
      "difference in area under the ROC curve" = auc_gain(m[, 1], m[, 2], is_sick, patients),
      "difference in sensitivity" = pmax(pmin(jackknife(function(kept) mean((call[is_sick, 2] - call[is_sick, 1])[kept]), patients[is_sick]), 1), -1),
      "difference in specificity" = pmax(pmin(jackknife(function(kept) mean((call[!is_sick, 1] - call[!is_sick, 2])[kept]), patients[!is_sick]), 1), -1),
      stop("no formula for ", method))
    wanted <- c(row$figure, row$low, row$high)
    for (part in 1:3) if (!same(wanted[part], found[part]))
      stop(sprintf("%s, %s, %s, %s: %s in the file, %s in R", folder, question, who, method,
                   paste(wanted, collapse = " "), paste(found, collapse = " ")))
    compared <- compared + 1
  }
  cat(folder, compared, nrow(file), "\n")
}
for (folder in commandArgs(TRUE)) check(folder)
