package io.muster.automation.jobfile;

import io.muster.automation.jobfile.ContactImportJob.Afterwards;
import io.muster.automation.jobfile.ContactImportJob.MappingKeys;
import io.muster.automation.jobfile.ContactImportJob.OnFailure;
import io.muster.directory.FieldRules;
import io.muster.directory.Regions;
import io.muster.directory.Verdict;
import io.muster.extract.pick.JsonPick;
import io.muster.extract.record.MemberPath;
import io.muster.extract.source.FileChoice;
import io.muster.jobs.contactimport.ImportMode;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.Target;
import java.time.Duration;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the keys of a job have to do with each other: keys that exclude or need one another, patterns and templates, and
 * what a mapping must hold for what it records. Single values and bounds were checked when the job was bound, and keys
 * that are missing were reported there.
 */
final class JobChecks {

    private static final Pattern HOLDS_SECRET =
            Pattern.compile("(?i)(password|passwd|pwd|secret|token)=|//[^/?]*:[^/?]*@|:[^:/@]+/[^/@]+@");
    private static final Set<String> RESERVED_HEADERS = Set.of(
            "host", "content-length", "connection", "expect", "upgrade", "authorization", "cookie", "accept-encoding");

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{[^}]*}");
    private static final Set<String> LIST_PLACEHOLDERS = Set.of("{date}", "{time}", "{file}", "{run}");
    private static final Set<String> NAME_PLACEHOLDERS = Set.of("{name}", "{stem}");
    private static final Set<String> OUT_PLACEHOLDERS = Set.of("{date}", "{time}", "{run}");
    private static final Afterwards NOTHING_AFTERWARDS = new Afterwards(Afterwards.Action.LEAVE, null);
    private static final int MAX_NAME = 200;

    private final BiConsumer<String, String> problem;

    JobChecks(BiConsumer<String, String> problem) {
        this.problem = problem;
    }

    void check(JobFile job) {
        schedules(job.schedules());
        for (int i = 0; i < job.notifications().size(); i++) {
            notification(job.notifications().get(i), "notifications[" + i + "]");
        }

        switch (job) {
            case ContactImportJob contacts -> contactImport(contacts);
            case SegmentRebuildJob rebuild -> rebuild(rebuild.mode(), rebuild.segments(), "segments");
            case EventJob event -> event(event);
            case WorkflowJob workflow -> workflow(workflow);
        }
    }

    private void rebuild(SegmentRebuildJob.@Nullable Mode mode, List<String> segments, String field) {
        if (mode == SegmentRebuildJob.Mode.INCREMENTAL && !segments.isEmpty()) {
            problem.accept(field, "has no effect with mode incremental, which refreshes all. Remove one of them");
        }
    }

    private void contactImport(ContactImportJob job) {
        source(job.source(), job.afterwards());
        files(job.files());
        loading(job.loading());
        afterwards(job.afterwards(), job.source());
        order(job);
    }

    private void source(@Nullable JobSource source, Afterwards afterwards) {
        switch (source) {
            case JobSource.Sftp sftp -> sftp(sftp);
            case JobSource.Folder ignored -> {}
            case JobSource.S3 s3 -> s3(s3);
            case JobSource.Drop drop -> drop(drop, afterwards);
            case null -> {}
        }
    }

    /** The keys of all jobs that load contacts. */
    private void loading(ContactLoading loading) {
        mapping(loading);
        eventSource(loading.events().source());
        contactFields(loading.policies().keySet(), "policies");
        contactFields(loading.invalidValues().keySet(), "invalid-values");
        if (loading.target() != null) {
            target(loading.target());
        }

        String region = loading.region();
        if (region != null && Regions.find(region).isEmpty()) {
            problem.accept("region", "is not a region whose phone numbers are known. Write one such as DE or US");
        }
    }

    private void event(EventJob job) {
        if (job.on() == EventJob.On.POST && !job.responses().equals(new EventJob.Responses(null, null, null))) {
            problem.accept("responses", "has no effect with on: post. Remove it, or write on: response");
        }

        if (job.on() == EventJob.On.RESPONSE && job.eventId() != null) {
            problem.accept("event-id", "has no effect with on: response: a response has an id. Remove it");
        }

        String eventId = job.eventId();
        if (eventId != null) {
            path(eventId, "event-id");
        }

        if (job.mapping() == null) {
            return;
        }

        Map<String, Target> fields = job.mapping().fields();
        fields.keySet().forEach(path -> path(path, "mapping.fields." + path));
        picked(job.mapping().values().keySet(), fields, "mapping.values.");
        picked(job.mapping().formats().keySet(), fields, "mapping.formats.");
        // The cells of an event are named by their paths.
        new JobChecks((field, reason) -> problem.accept(
                        field.replaceFirst("^mapping[.]columns", "mapping.fields"), reason.replace("column", "path")))
                .loading(job.loading());
    }

    private void path(String path, String field) {
        try {
            JsonPick.of(path);
        } catch (IllegalArgumentException fault) {
            problem.accept(field, String.valueOf(fault.getMessage()));
        }
    }

    private void picked(Set<String> paths, Map<String, Target> fields, String where) {
        paths.stream()
                .filter(path -> !fields.containsKey(path))
                .forEach(path -> problem.accept(where + path, "is not among mapping.fields. Add it there"));
    }

    private void workflow(WorkflowJob job) {
        Map<String, String> extractors = new HashMap<>();
        for (int i = 0; i < job.tasks().size(); i++) {
            String field = "tasks[" + i + "]";
            switch (job.tasks().get(i)) {
                case WorkflowTask.Load load -> load(load, i == 0, field, extractors);
                case WorkflowTask.Rebuild rebuild -> rebuild(rebuild.mode(), rebuild.segments(), field + ".segments");
            }
        }
    }

    private JobChecks below(String field) {
        return new JobChecks((key, reason) -> problem.accept(field + "." + key, reason));
    }

    private void load(WorkflowTask.Load load, boolean first, String field, Map<String, String> extractors) {
        for (int i = 0; i < load.extract().size(); i++) {
            JobExtractor extractor = load.extract().get(i);
            String at = field + ".extract[" + i + "]";
            String earlier = extractor.name() == null ? null : extractors.put(extractor.name(), at);
            if (earlier != null) {
                problem.accept(at + ".name", "is that of " + earlier + " as well. Name each extractor otherwise");
            }

            switch (extractor) {
                case JobExtractor.Files files -> {
                    JobChecks checks = below(at);
                    checks.source(files.source(), NOTHING_AFTERWARDS);
                    checks.files(files.files());
                    boolean drives = first && i == 0 && load.into() instanceof Loader.IntoDirectory;
                    if (files.source() instanceof JobSource.Drop && !drives) {
                        problem.accept(
                                at + ".source",
                                "can be drop only where the files drive the workflow: in the first extractor of a first"
                                        + " task that loads into a directory");
                    }
                }
                case DatabaseExtractor database -> below(at).database(database);
                case WebExtractor web -> below(at).web(web);
                case DirectoryExtractor directory -> {
                    if (directory.list() != null && directory.segment() != null) {
                        problem.accept(at, "must have list or segment, not both");
                    }
                }
                case EligibilityExtractor ignored -> {}
            }
        }

        if (load.extract().size() > 1 && load.combine() == null) {
            problem.accept(
                    field,
                    "has several extractors, but does not say how they go together. Add combine, by union or join");
        } else if (load.extract().size() == 1 && load.combine() != null) {
            problem.accept(field + ".combine", "has no effect with one extractor. Remove it, or add another");
        }

        into(load.into(), field + ".into");
        Afterwards afterwards = load.afterwards();
        if (afterwards == null) {
            return;
        }

        if (first
                && load.into() instanceof Loader.IntoDirectory
                && load.extract().getFirst() instanceof JobExtractor.Files files) {
            below(field).afterwards(afterwards, files.source());
        } else {
            problem.accept(
                    field + ".afterwards",
                    "belongs to a first task whose first extractor takes files into a directory. Remove it");
        }
    }

    private void database(DatabaseExtractor database) {
        Setting url = database.url();
        if (url != null && !References.isReference(url.text())) {
            if (!url.text().startsWith("jdbc:")) {
                problem.accept("url", "must begin with jdbc:, such as jdbc:postgresql://db.example.com/crm");
            } else if (HOLDS_SECRET.matcher(url.text()).find()) {
                problem.accept(
                        "url",
                        "must not hold an account's password. Write password, or keep the whole URL outside: env:NAME or"
                                + " file:PATH");
            }
        }

        long seconds = database.timeout().toSeconds();
        if (seconds < 1 || seconds > Duration.ofDays(1).toSeconds()) {
            problem.accept("timeout", "must be 1s to 24h");
        }

        if (database.watermark() != null) {
            overlap(database.watermark().overlap());
        }
    }

    private void overlap(Duration overlap) {
        if (overlap.isNegative() || overlap.toDays() > 366) {
            problem.accept("watermark.overlap", "must be 0s to 366d");
        }
    }

    private void web(WebExtractor web) {
        if (web.url() != null && !References.isReference(web.url().text())) {
            webAddress(web.url().text(), "url");
        }

        web.headers().forEach((name, value) -> {
            if (!name.matches("[A-Za-z0-9-]{1,100}") || RESERVED_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                problem.accept("headers." + name, "is not a header that may be set. Remove it, or use auth");
            } else if (!value.matches("[\\x20-\\x7e]*")) {
                problem.accept("headers." + name, "must be plain ASCII on one line");
            }
        });
        boolean json = web.format() == WebExtractor.Format.JSON;
        if (!json && web.format() != null && !web.records().equals(MemberPath.ROOT)) {
            problem.accept("records", "belongs to format json. Remove it");
        }

        boolean byPath = switch (web.paging()) {
            case WebExtractor.ByLink link -> link.path() != null;
            case WebExtractor.ByCursor ignored -> true;
            case WebExtractor.ByPage ignored -> false;
            case WebExtractor.ByOffset ignored -> false;
            case null -> false;
        };
        if (byPath && !json && web.format() != null) {
            problem.accept(
                    "paging", "finds the next page in a JSON document, which other formats have not. Choose another");
        }

        timeout(web.timeout(), "timeout");
        if (web.limits().time().toSeconds() < 1 || web.limits().time().toDays() > 7) {
            problem.accept("limits.time", "must be 1s to 7d");
        }

        if (web.watermark() != null) {
            overlap(web.watermark().overlap());
        }
    }

    private void into(@Nullable Loader into, String field) {
        switch (into) {
            case Loader.ListMembers list -> listMembers(list, field);
            case Loader.IntoDirectory loader -> {
                boolean bound = !(loader instanceof Loader.Touchpoints touchpoints) || touchpoints.mapping() != null;
                if (bound) {
                    below(field).loading(loader.loading());
                }
            }
            case Loader.File file -> outFile(file, field);
            case null -> {}
        }
    }

    private void listMembers(Loader.ListMembers list, String field) {
        ContactImportJob.Destination target = list.target();
        if (target != null && target.list() == null && target.newList() == null) {
            problem.accept(field + ".target", "must name the list. Add list or new-list");
        }

        if (target != null) {
            below(field).target(target);
        }

        list.columns().forEach((column, goal) -> {
            boolean fits = goal instanceof Target.Field
                    || goal instanceof Target.Embedded
                    || isOfList(goal)
                    || goal instanceof Target.Ignore;
            if (!fits) {
                problem.accept(
                        field + ".columns." + column,
                        "goes to " + goal.text() + ", which a membership does not have. Use the loader contacts");
            }
        });
    }

    private void outFile(Loader.File file, String field) {
        if (file.to() != null) {
            boolean writable = file.to() instanceof JobSource.Sftp || file.to() instanceof JobSource.Folder;
            if (!writable) {
                problem.accept(field + ".to", "cannot be written to. Use sftp or folder");
            }

            // What is said of a source holds for it as well, under its own key.
            new JobChecks((key, reason) -> problem.accept(field + "." + key.replaceFirst("^source", "to"), reason))
                    .source(file.to(), NOTHING_AFTERWARDS);
        }

        String name = file.name();
        if (name == null) {
            return;
        }

        int found = placeholders(name, OUT_PLACEHOLDERS, field + ".name");
        if (found == 0) {
            problem.accept(
                    field + ".name",
                    "is the same for every run, but no file is overwritten. Add {date}, {time} or {run}");
        } else if (name.contains("/") || name.contains("\\") || name.startsWith(".")) {
            problem.accept(field + ".name", "must be a name without a path that does not begin with a dot");
        }
    }

    private void order(ContactImportJob job) {
        Duration holdBack = job.holdBack();
        if (holdBack == null) {
            return;
        }

        if (job.onFailure() == OnFailure.CONTINUE) {
            problem.accept("hold-back", "has no effect with on-failure continue. Remove one of them");
        }

        if (holdBack.toMinutes() < 1 || holdBack.toDays() > 365) {
            problem.accept("hold-back", "must be 1m to 365d");
        }
    }

    private void schedules(List<ScheduleEntry> schedules) {
        for (int i = 0; i < schedules.size(); i++) {
            ScheduleEntry entry = schedules.get(i);
            String field = "schedules[" + i + "]";
            if ((entry.cron() == null) == (entry.every() == null)) {
                problem.accept(field, "must have either cron or every");
            }

            Duration every = entry.every();
            if (every != null && (every.toSeconds() < 5 || every.toDays() > 1)) {
                problem.accept(field + ".every", "must be 5s to 1d. For longer pauses write a cron expression");
            }

            if (every != null && entry.zone() != null) {
                problem.accept(field + ".zone", "has no effect with a poll interval. Remove it");
            }
        }
    }

    private void notification(NotificationRule rule, String field) {
        Setting webhook = rule.webhook();
        if (rule.email().isEmpty() == (webhook == null)) {
            problem.accept(field, "must have either email or webhook. Write two rules to use both");
        }

        if (webhook != null && !References.isReference(webhook.text())) {
            webAddress(webhook.text(), field + ".webhook");
        }

        if (rule.secret() != null && webhook == null) {
            problem.accept(field + ".secret", "belongs to a webhook. Remove it, or add webhook");
        }
    }

    private void webAddress(String text, String field) {
        WebAddress.fault(text).ifPresent(reason -> problem.accept(field, reason));
    }

    private void s3(JobSource.S3 s3) {
        if (s3.endpoint() != null && !References.isReference(s3.endpoint().text())) {
            webAddress(s3.endpoint().text(), "source.endpoint");
        }

        if (s3.bucket() != null && s3.bucket().text().matches(".*[\\s/].*")) {
            problem.accept("source.bucket", "must be a name without a path. Put the folder into source.prefix");
        }

        timeout(s3.timeout(), "source.timeout");
    }

    private void timeout(Duration timeout, String field) {
        if (timeout.toSeconds() < 1 || timeout.toMinutes() > 10) {
            problem.accept(field, "must be 1s to 10m");
        }
    }

    private void sftp(JobSource.Sftp sftp) {
        if ((sftp.password() == null) == (sftp.privateKey() == null)) {
            problem.accept("source", "must have either password or private-key, as env:NAME or file:PATH");
        }

        if (sftp.passphrase() != null && sftp.privateKey() == null) {
            problem.accept("source.passphrase", "belongs to a private-key. Remove it, or add private-key");
        }

        if (sftp.hostKeys().isEmpty() && sftp.knownHosts() == null) {
            problem.accept(
                    "source",
                    "must have host-keys or known-hosts, so that the server can be verified. Ask its owner"
                            + " for the key, or compare with what ssh-keyscan prints");
        }

        if (!References.isReference(sftp.port().text())
                && !JobSource.Sftp.isPort(sftp.port().text())) {
            problem.accept("source.port", "must be a number from 1 to 65535");
        }

        if (sftp.host() != null && sftp.host().text().matches(".*[\\s/@].*")) {
            problem.accept("source.host", "must be a name or address without user, path or spaces");
        }

        timeout(sftp.timeout(), "source.timeout");
    }

    private void drop(JobSource.Drop drop, Afterwards afterwards) {
        Duration keep = drop.keep();
        if (keep != null && (keep.toDays() < 1 || keep.toDays() > 3650)) {
            problem.accept("source.keep", "must be 1d to 3650d");
        }

        if (afterwards.action() == Afterwards.Action.ARCHIVE) {
            problem.accept(
                    "afterwards.action",
                    "is of no use with source drop: imported files are kept as archived in any case. Write leave or"
                            + " delete");
        }
    }

    private void files(FileChoice files) {
        glob(files.pattern(), "files.pattern");
        for (int i = 0; i < files.ignore().size(); i++) {
            glob(files.ignore().get(i), "files.ignore[" + i + "]");
        }

        String dated = files.dated();
        if (dated != null) {
            dated(dated);
        }

        if (files.stableFor().compareTo(Duration.ofHours(1)) > 0) {
            problem.accept("files.stable-for", "must be 0s to 1h");
        }

        companion(files.marker(), "files.marker");
        companion(files.control(), "files.control");
        if (files.marker() != null && files.marker().equals(files.control())) {
            problem.accept("files.control", "is the marker as well. Name another file, or leave the marker out");
        }
    }

    private void dated(String template) {
        int open = template.indexOf('{');
        int close = template.indexOf('}');
        String date = open < 0 || close < open ? "" : template.substring(open + 1, close);
        if (!date.matches(".*[uy]{4}.*") || !date.contains("MM") || !date.contains("dd") || !isDatePattern(date)) {
            problem.accept(
                    "files.dated",
                    "must hold a date pattern with year, month and day in braces, such as contacts-{yyyyMMdd}.csv");
        } else {
            glob(template.substring(0, open) + template.substring(close + 1), "files.dated");
        }
    }

    private static boolean isDatePattern(String pattern) {
        try {
            var ignored = DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
            return true;
        } catch (IllegalArgumentException ignored) {
            return false;
        }
    }

    private void glob(@Nullable String glob, String field) {
        if (glob == null) {
            return;
        }

        if (glob.contains("/") || glob.contains("\\")) {
            problem.accept(field, "matches names, not paths. Put the folder into source.folder");
            return;
        }

        try {
            FileChoice.matching(glob);
        } catch (IllegalArgumentException fault) {
            problem.accept(
                    field,
                    "is not a glob: " + String.valueOf(fault.getMessage()).replaceFirst("^.*is no glob: ", "")
                            + ". Write one such as contacts-*.csv");
        }
    }

    private void companion(@Nullable String template, String field) {
        if (template == null) {
            return;
        }

        if (template.contains("/") || template.contains("\\") || template.contains("..")) {
            problem.accept(field, "must be a name in the same folder, without a path");
        } else if (placeholders(template, NAME_PLACEHOLDERS, field) != 1) {
            problem.accept(field, "must hold {name} or {stem} once, such as {name}.done");
        } else if (template.equals("{name}")) {
            problem.accept(field, "would be the file itself. Write one such as {name}.done");
        }
    }

    /** How many placeholders there are; unknown ones are a problem. */
    private int placeholders(String template, Set<String> known, String field) {
        List<String> found = PLACEHOLDER
                .matcher(template)
                .results()
                .map(result -> result.group())
                .toList();
        found.stream()
                .filter(name -> !known.contains(name))
                .forEach(name -> problem.accept(
                        field,
                        "has an unknown " + name + ". Use "
                                + String.join(", ", known.stream().sorted().toList())));
        return found.size();
    }

    private void mapping(ContactLoading job) {
        MappingKeys mapping = job.mapping();
        Map<Target, String> taken = new HashMap<>();
        mapping.columns().forEach((column, target) -> {
            String field = "mapping.columns." + column;
            embeddedName(target, field);
            String earlier = target instanceof Target.Ignore ? null : taken.put(target, column);
            if (earlier != null) {
                problem.accept(field, "maps to " + target.text() + " as " + earlier + " does. Map one column to it");
            }
        });
        mapping.constants().keySet().forEach(target -> {
            embeddedName(target, "mapping.constants." + target.text());
            if (target instanceof Target.Ignore) {
                problem.accept("mapping.constants.ignore", "is not a target for a value. Remove it");
            }
        });
        for (int i = 0; i < mapping.required().size(); i++) {
            if (mapping.required().get(i) instanceof Target.Ignore) {
                problem.accept("mapping.required[" + i + "]", "cannot be required. Remove it");
            }
        }

        formats(mapping);
        Set<Target> targets = new HashSet<>(mapping.columns().values());
        targets.addAll(mapping.constants().keySet());
        if (targets.stream().anyMatch(JobChecks::isOfTransaction) && !targets.contains(new Target.TransactionDate())) {
            problem.accept("mapping", "records transactions without a date. Map a column to transaction.date");
        }

        touchpoints(mapping, targets);
        eventsOnly(job, targets);
        if (job.target() != null
                && job.target().list() == null
                && job.target().newList() == null
                && targets.stream().anyMatch(JobChecks::isOfList)) {
            problem.accept(
                    "mapping",
                    "maps to list.NAME or unsubscribed.list without a list. Add target.list or target.new-list");
        }
    }

    private static boolean isOfList(Target target) {
        return target instanceof Target.ListEmbedded
                || target.equals(new Target.Unsubscribed(Target.Unsubscribed.From.LIST));
    }

    private void formats(MappingKeys mapping) {
        mapping.formats().forEach((column, format) -> {
            String field = "mapping.formats." + column;
            Target target = mapping.columns().get(column);
            if ((format.number() == null) == (format.date() == null)) {
                problem.accept(field, "must have either number or date");
            } else if (target != null && !format.toColumnFormat().fits(target)) {
                problem.accept(field, "is of no use, since the column goes to " + target.text() + ". Remove it");
            }
        });
    }

    private void touchpoints(MappingKeys mapping, Set<Target> targets) {
        for (Target.TouchpointPart missing : Mapping.missingOfTouchpoint(targets)) {
            problem.accept(
                    "mapping",
                    "records touchpoints without " + missing.text() + ". Map a column to it, or give it as a constant");
        }

        FieldRules rules = new FieldRules(null);
        mapping.constants().forEach((target, value) -> {
            Verdict verdict = target.equals(new Target.TouchpointPart(Target.TouchpointPart.Part.CHANNEL))
                    ? rules.judgeChannel(value)
                    : target.equals(new Target.TouchpointPart(Target.TouchpointPart.Part.KIND))
                            ? rules.judgeKind(value)
                            : Verdict.BLANK;
            if (verdict instanceof Verdict.Invalid invalid) {
                problem.accept(
                        "mapping.constants." + target.text(),
                        "cannot be used: " + invalid.reason().replaceFirst("\\.$", ""));
            }
        });
    }

    private void eventSource(@Nullable String source) {
        if (source == null) {
            return;
        }

        switch (new FieldRules(null).judgeEventSource(source)) {
            case Verdict.Blank ignored -> problem.accept("events.source", "is blank. Name the system, or remove it");
            case Verdict.Invalid invalid ->
                problem.accept(
                        "events.source", "cannot be used: " + invalid.reason().replaceFirst("\\.$", ""));
            case Verdict.Valid ignored -> {}
        }
    }

    private void eventsOnly(ContactLoading job, Set<Target> targets) {
        if (job.mode() != ImportMode.EVENTS_ONLY) {
            if (targets.contains(new Target.ContactId())) {
                problem.accept(
                        "mapping",
                        "maps to contactId, which names contacts only where none is made or changed. Write mode:"
                                + " events-only, or map another field");
            }

            return;
        }

        if (targets.contains(new Target.Action())) {
            problem.accept("mapping", "maps to action, but in mode events-only no contact changes. Write another mode");
        }

        if (job.target() != null && (job.target().list() != null || job.target().newList() != null)) {
            problem.accept("target", "has a list, but in mode events-only no contact joins one. Remove the list");
        }

        if (targets.stream()
                .noneMatch(target ->
                        target instanceof Target.TransactionDate || target instanceof Target.TouchpointPart)) {
            problem.accept(
                    "mapping",
                    "records nothing in mode events-only. Map a column to transaction.date or touchpoint.time");
        }
    }

    private static boolean isOfTransaction(Target target) {
        return target instanceof Target.TransactionId || target instanceof Target.TransactionField;
    }

    private void embeddedName(Target target, String field) {
        String name = switch (target) {
            case Target.Embedded embedded -> embedded.name();
            case Target.ListEmbedded list -> list.name();
            case Target.TransactionField transaction -> transaction.name();
            default -> "-";
        };
        if (name.isBlank() || name.codePointCount(0, name.length()) > MAX_NAME) {
            problem.accept(field, "must name embedded data by 1 to 200 characters");
        }
    }

    private void contactFields(Collection<Target> targets, String field) {
        for (Target target : targets) {
            if (!(target instanceof Target.Field) && !(target instanceof Target.Embedded)) {
                problem.accept(
                        field + "." + target.text(),
                        "is not a contact field. Use firstName, lastName, email,"
                                + " phone, extRef, language or embedded.NAME");
            }
        }
    }

    private void target(ContactImportJob.Destination target) {
        String newList = target.newList();
        if (target.list() != null && newList != null) {
            problem.accept("target", "must have list or new-list, not both");
        }

        if (newList != null) {
            int found = placeholders(newList, LIST_PLACEHOLDERS, "target.new-list");
            if (found == 0) {
                problem.accept(
                        "target.new-list",
                        "is the same for every run, but a list can be made once only. Add {date}, {time}, {file} or"
                                + " {run}, or name one list as target.list");
            }
        }
    }

    private void afterwards(Afterwards afterwards, @Nullable JobSource source) {
        if (afterwards.action() == Afterwards.Action.ARCHIVE && afterwards.folder() == null) {
            problem.accept("afterwards.folder", "is missing. Name the folder that files are archived into");
        } else if (afterwards.action() != null
                && afterwards.action() != Afterwards.Action.ARCHIVE
                && afterwards.folder() != null) {
            problem.accept("afterwards.folder", "belongs to action archive. Remove it, or write action: archive");
        }

        Setting folder = afterwards.folder();
        if (folder != null && !References.isReference(folder.text())) {
            Setting from = source == null ? null : source.folder();
            Optional<String> fault = from != null && ArchiveFolder.isSource(folder.text(), from.text())
                    ? Optional.of(ArchiveFolder.SOURCE_ITSELF)
                    : ArchiveFolder.fault(folder.text());
            fault.ifPresent(reason -> problem.accept("afterwards.folder", reason));
        }
    }
}
