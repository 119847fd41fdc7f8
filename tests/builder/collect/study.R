# Computes every figure of a study again from the tables, with base R and pROC alone, and compares it with the file.
suppressMessages(library(pROC))
within <- qnorm(0.975)
same <- function(a, b) (is.na(a) && is.na(b)) || (!is.na(a) && !is.na(b) && abs(a - b) < 1e-6 * max(1, abs(b)))

# scale: "" for none, "z" Fisher's, "angle" the arc sine
jackknife <- function(statistic, patients, scale = "") {
  value <- statistic(seq_along(patients))
  names <- unique(patients)
  if (length(names) < 3 || is.na(value) || (scale != "" && abs(value) >= 1)) return(c(value, NA, NA))
  left <- sapply(names, function(name) statistic(which(patients != name)))
  centre <- value; cut <- scale != ""
  if (any(is.na(left)) || any(abs(left) >= 1)) scale <- ""
  if (scale == "z") { left <- atanh(left); centre <- atanh(value) }
  if (scale == "angle") { left <- asin(left); centre <- asin(value) }
  spread <- sqrt((length(names) - 1) / length(names) * sum((left - mean(left))^2))
  if (!is.na(spread) && spread <= 1e-12 * max(1, abs(value))) return(c(value, NA, NA))
  ends <- centre + c(-1, 1) * qt(0.975, length(names) - 1) * spread
  if (any(is.na(ends)) || any(is.infinite(ends))) return(c(value, NA, NA))
  if (scale == "z") ends <- tanh(ends)
  if (scale == "angle") ends <- sin(pmin(pmax(ends, -pi / 2), pi / 2))
  c(value, if (cut) pmin(pmax(ends, -1), 1) else ends)
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

# Marks: as many pairs within the radius as there can be, and among those the nearest; few enough to try them all
pairs <- function(a, b, radius) {
  if (nrow(a) == 0 || nrow(b) == 0) return(matrix(numeric(0), ncol = 3))
  best <- list(count = -1, far = Inf, pairs = NULL)
  try_from <- function(i, used, found) {
    if (i > nrow(a)) {
      count <- nrow(found); far <- sum(found[, 3])
      if (count > best$count || (count == best$count && far < best$far)) best <<- list(count = count, far = far, pairs = found)
      return(invisible())
    }
    try_from(i + 1, used, found)
    for (j in setdiff(seq_len(nrow(b)), used)) {
      far <- sqrt(sum((a[i, ] - b[j, ])^2))
      if (far <= radius) try_from(i + 1, c(used, j), rbind(found, c(i, j, far)))
    }
  }
  try_from(1, integer(0), matrix(numeric(0), ncol = 3))
  best$pairs
}
in_ends <- function(x, low, high) c(x[1], pmin(pmax(x[-1], low), high))
merit <- function(cases) {  # JAFROC: highest false mark of each case without lesions against every lesion
  well <- sapply(Filter(function(case) length(case$lesions) == 0, cases), function(case) max(c(-Inf, case$false)))
  sick <- unlist(lapply(cases, function(case) case$lesions))
  if (length(well) == 0 || length(sick) == 0) return(NA)
  mean(outer(sick, well, function(x, y) (x > y) + 0.5 * (x == y)))
}
# Obuchowski and Rockette 1995 with Hillis's degrees of freedom, written out as in Hillis, Berbaum and Metz 2008
one_arm <- function(theta, v) {
  J <- length(theta); cov2 <- mean(v[row(v) != col(v)]); msr <- var(theta)
  total <- msr + max(J * cov2, 0); df <- total^2 / (msr^2 / (J - 1))
  c(mean(theta), mean(theta) + c(-1, 1) * qt(0.975, df) * sqrt(total / J))
}
two_arms <- function(theta, v) {  # theta: readers in the first arm, then in the second
  J <- length(theta) / 2; reader <- rep(1:J, 2); arm <- rep(1:2, each = J)
  other <- outer(reader, reader, "!="); same <- outer(arm, arm, "==")
  cov2 <- mean(v[other & same]); cov3 <- mean(v[other & !same])
  fit <- anova(lm(theta ~ factor(arm) + factor(reader)))
  mst <- fit["factor(arm)", "Mean Sq"]; mstr <- fit["Residuals", "Mean Sq"]
  total <- mstr + max(J * (cov2 - cov3), 0); df <- total^2 / (mstr^2 / (J - 1))
  gain <- mean(theta[arm == 2]) - mean(theta[arm == 1])
  list(gain = c(gain, gain + c(-1, 1) * qt(0.975, df) * sqrt(2 / J * total)), df = df,
       p = pf(mst / total, 1, df, lower.tail = FALSE))
}
areas <- function(cells, truth, patients) {
  all <- lapply(cells, parts, truth = truth, patients = patients)
  list(theta = sapply(all, function(p) p$area), v = sapply(all, function(p) sapply(all, covariance, b = p)))
}
merits <- function(cells, patients) {
  names <- unique(patients)
  left <- t(sapply(names, function(name) sapply(cells, function(cases) merit(cases[patients != name]))))
  centred <- sweep(left, 2, colMeans(left))
  list(theta = sapply(cells, merit), v = (length(names) - 1) / length(names) * t(centred) %*% centred)
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
  marks <- read("r-marks.csv")
  at <- function(reader, session, occurrence, case)
    marks[marks$reader == reader & marks$session == session & marks$occurrence == occurrence & marks$case == case, ]
  xyz <- function(rows) as.matrix(rows[, c("x", "y", "z")])
  lesions_of <- function(case) xyz(truth[truth$case == case & !is.na(truth$x), ])
  done <- function(reader, session, occurrence)
    sort(wide$case[wide$reader == reader & wide$session == session & wide$occurrence == occurrence &
                   wide$state == "done" & !wide$training])
  known <- new.env()  # matching takes long, and each reader's marks come in many rows
  once <- function(key, compute) { if (is.null(known[[key]])) known[[key]] <- compute(); known[[key]] }
  scored <- function(reader, session, cases) lapply(cases, function(case) once(paste(reader, session, case), function() {
    given <- at(reader, session, 1, case); found <- pairs(lesions_of(case), xyz(given), 10)
    rated <- rep(-Inf, nrow(lesions_of(case))); rated[found[, 1]] <- given$rating[found[, 2]]
    list(lesions = rated, false = given$rating[setdiff(seq_len(nrow(given)), found[, 2])], far = found[, 3])
  }))
  of_marks <- function(row, sessions, names, method) {
    reader <- names[1]
    if (row$comparison == "with the reference") {
      cases <- done(reader, sessions[1], 1); all <- scored(reader, sessions[1], cases); patients <- unname(patient[cases])
      many <- sapply(all, function(case) length(case$lesions))
      hit <- unlist(lapply(all, function(case) is.finite(case$lesions)))
      far <- unlist(lapply(all, function(case) case$far)); pairs_of <- sapply(all, function(case) length(case$far))
      wrong <- sapply(all, function(case) length(case$false))
      return(switch(sub(" within.*", "", method),
        "lesions found" = share(as.numeric(hit), rep(patients, many)),
        "false marks per case" = in_ends(jackknife(function(kept) mean(wrong[kept]), patients), 0, Inf),
        "cases with one lesion, correctly located" = share(as.numeric(pairs_of[many == 1] > 0), patients[many == 1]),
        "localisation error in mm" = in_ends(jackknife(function(kept) mean(far[kept]), rep(patients, pairs_of)), 0, Inf),
        "JAFROC figure of merit" = in_ends(jackknife(function(kept) merit(all[kept]), patients), 0, 1),
        stop("no formula for ", method)))
    }
    one <- function(k) list(reader = names[min(k, length(names))], session = sessions[min(k, length(sessions))],
                            occurrence = if (row$comparison == "within reader") k else 1)
    a <- one(1); b <- one(2)
    cases <- intersect(done(a$reader, a$session, a$occurrence), done(b$reader, b$session, b$occurrence))
    first <- lapply(cases, function(case) xyz(at(a$reader, a$session, a$occurrence, case)))
    second <- lapply(cases, function(case) xyz(at(b$reader, b$session, b$occurrence, case)))
    found <- Map(function(x, y) pairs(x, y, 10), first, second); patients <- unname(patient[cases])
    all <- mapply(function(x, y) nrow(x) + nrow(y), first, second); many <- sapply(found, nrow)
    if (grepl("partner within", method)) {
      alike <- ifelse(all == 0, 1, 2 * many / all)
      return(in_ends(jackknife(function(kept) mean(alike[kept]), patients), 0, 1))
    }
    far <- sapply(found[many > 0], function(x) mean(x[, 3]))
    in_ends(jackknife(function(kept) mean(far[kept]), patients[many > 0]), 0, Inf)
  }
  of_readers <- function(row, sessions, method) {
    names <- setdiff(sort(unique(wide$reader)), "Late"); question <- row$question
    cells <- expand.grid(reader = names, session = sessions, stringsAsFactors = FALSE)
    if (question == "places") {
      cases <- Reduce(intersect, Map(function(r, s) done(r, s, 1), cells$reader, cells$session))
      study <- merits(Map(function(r, s) scored(r, s, cases), cells$reader, cells$session), unname(patient[cases]))
    } else {
      answers <- Map(function(r, s) given(r, s, 1, question), cells$reader, cells$session)
      cases <- intersect(sort(Reduce(intersect, lapply(answers, base::names))), base::names(sick))
      study <- areas(lapply(answers, function(answer) unname(answer[cases])), unname(sick[cases]), unname(patient[cases]))
    }
    if (length(sessions) == 1) return(in_ends(one_arm(study$theta, study$v), 0, 1))
    found <- two_arms(unname(study$theta), unname(study$v))
    if (grepl(", p$", method)) c(found$p, NA, NA) else if (grepl("freedom$", method)) c(found$df, NA, NA)
    else in_ends(found$gain, -1, 1)
  }
  values <- list(lesion = c(FALSE, TRUE), sure = 1:5, organ = c("-", "liver", "spleen"))
  sick <- setNames(truth$lesion == "yes", truth$case)
  right <- setNames(truth$organ, truth$case)
  compared <- 0; kinds <- list()
  for (number in seq_len(nrow(file))) {
    row <- file[number, ]; question <- row$question; who <- row$readers; method <- row$method
    if (grepl("no figure", method)) next
    sessions <- as.integer(regmatches(who, gregexpr("(?<=session )[0-9]+", who, perl = TRUE))[[1]])
    if (grepl("^mean of", who) || question == "places") {
      if (grepl("minus", who)) sessions <- rev(sessions)
      names <- if (row$comparison == "between readers") strsplit(sub(", session.*", "", who), " and ")[[1]] else sub(",.*", "", who)
      found <- if (grepl("^mean of", who)) of_readers(row, sessions, method) else of_marks(row, sessions, names, method)
      wanted <- c(row$figure, row$low, row$high)
      for (part in 1:3) if (!same(wanted[part], found[part]))
        stop(sprintf("%s, %s, %s, %s: %s in the file, %s in R", folder, question, who, method,
                     paste(wanted, collapse = " "), paste(found, collapse = " ")))
      compared <- compared + 1; kinds[[sub(",.*", "", method)]] <- TRUE
      next
    }
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
      "Cohen's kappa" = jackknife(pick(function(x) cohen(x[, 1], x[, 2], levels)), patients, "z"),
      "weighted kappa" = jackknife(pick(function(x) cohen(x[, 1], x[, 2], levels, TRUE)), patients, "z"),
      "mean weighted kappa of all pairs" = jackknife(pick(function(x) mean(combn(ncol(x), 2, function(pair)
        cohen(x[, pair[1]], x[, pair[2]], levels, TRUE)))), patients, "z"),
      "Fleiss' kappa" = jackknife(pick(function(x) fleiss(x, levels)), patients, "z"),
      "Gwet's AC1" = jackknife(pick(function(x) ac1(x, levels)), patients, "angle"),
      "ICC(2,1)" = jackknife(pick(icc), patients, "z"),
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
  stopifnot(c("JAFROC figure of merit", "difference in JAFROC figure of merit", "difference in area under the ROC curve")
            %in% names(kinds))
  cat(folder, compared, nrow(file), "\n")
}
for (folder in commandArgs(TRUE)) check(folder)
