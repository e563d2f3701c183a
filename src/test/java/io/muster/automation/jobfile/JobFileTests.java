package io.muster.automation.jobfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.directory.ContactField;
import io.muster.directory.FieldPolicy;
import io.muster.extract.csv.FileFormat;
import io.muster.extract.source.Choice;
import io.muster.extract.source.FileChoice;
import io.muster.extract.source.S3Source;
import io.muster.extract.source.SecretRef;
import io.muster.extract.source.SftpSource;
import io.muster.extract.source.SourceFile;
import io.muster.jobs.contactimport.ImportMode;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.Limit;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.Target;
import io.muster.support.Refusal;
import io.muster.support.document.Problem;
import io.muster.support.document.Problems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobFileTests {

    private static final String MINIMAL = """
        kind: contact-import
        id: nightly
        name: Nightly
        source:
          type: folder
          folder: inbox
        target:
          directory: Customers
        """;

    @TempDir
    Path folder;

    @Test
    void readsWhatIsNeededAtLeast() {
        ContactImportJob job = job(MINIMAL);

        assertThat(job.id()).isEqualTo("nightly");
        assertThat(job.enabled()).isTrue();
        assertThat(job.zone()).isEqualTo(ZoneId.of("UTC"));
        assertThat(job.schedules()).isEmpty();
        assertThat(job.missedRuns()).isEqualTo(JobFile.MissedRuns.ONCE);
        assertThat(job.onFailure()).isEqualTo(ContactImportJob.OnFailure.HOLD_BACK);
        assertThat(job.afterwards().action()).isEqualTo(ContactImportJob.Afterwards.Action.LEAVE);

        ImportSpec spec = job.toImportSpec();
        assertThat(spec.directory()).isEqualTo("Customers");
        assertThat(spec.list()).isEqualTo(new ListTarget.None());
        assertThat(spec.mapping()).isEqualTo(Mapping.ofUpload());
        assertThat(spec.format()).isEqualTo(FileFormat.detected());
        assertThat(spec.dryRun()).isFalse();
    }

    @Test
    void readsEveryKeyOfTheCommentedExample() {
        ContactImportJob job = (ContactImportJob) new JobFiles(Path.of("jobs"))
                .load(Path.of("jobs/sftp-example.yaml"))
                .job();

        assertThat(job.enabled()).isFalse();
        assertThat(job.source()).isInstanceOfSatisfying(JobSource.Sftp.class, sftp -> {
            assertThat(sftp.privateKey()).isEqualTo(SecretRef.of("file:/run/secrets/shop_ed25519"));
            assertThat(sftp.hostKeys()).hasSize(1);
        });
        assertThat(job.schedules()).hasSize(2);
        assertThat(job.schedules().getLast().zone()).isEqualTo(ZoneId.of("America/New_York"));

        ImportSpec spec = job.toImportSpec();
        assertThat(spec.mode()).isEqualTo(ImportMode.UPSERT);
        assertThat(spec.list()).isEqualTo(new ListTarget.Existing("Newsletter"));
        assertThat(spec.mapping().columns())
                .containsEntry("Customer No", new Target.Field(ContactField.EXT_REF))
                .containsEntry("Internal note", new Target.Ignore());
        assertThat(spec.mapping().values().get("Newsletter")).containsEntry("J", "false");
        assertThat(spec.mapping().dateFormat()).isEqualTo("dd.MM.yyyy");
        assertThat(spec.policies()).containsEntry("phone", FieldPolicy.FILL_IF_EMPTY);
        assertThat(spec.invalid()).containsEntry("phone", ImportSpec.OnInvalid.DROP);
        assertThat(spec.nullTokens()).containsExactly("NULL", "N/A", "-");
        assertThat(spec.limits().maxRejected()).isEqualTo(Limit.parse("5%"));
        assertThat(spec.limits().maxShrinkage()).isEqualTo(Limit.parse("30%"));
        assertThat(spec.format().charset()).isEqualTo("windows-1252");
        assertThat(spec.format().delimiter()).isEqualTo(';');
        assertThat(spec.format().maxBytes()).isEqualTo(2L << 30);
        assertThat(job.files())
                .isEqualTo(new FileChoice(
                        null,
                        null,
                        null,
                        "contacts-{yyyyMMdd}.csv",
                        FileChoice.Take.ALL,
                        List.of("*-test.csv"),
                        Duration.ZERO,
                        "{name}.done",
                        "{stem}.ctl"));
        List<SourceFile> outbox = Stream.of("contacts-20261122-test.csv", "contacts-20261122.csv")
                .flatMap(name -> Stream.of(name, name + ".done", name.replace(".csv", ".ctl")))
                .map(name -> new SourceFile("/outbox/" + name, 1, Instant.EPOCH))
                .toList();
        Choice choice = job.files().choose(outbox, file -> false);
        assertThat(choice.take()).extracting(chosen -> chosen.file().name()).containsExactly("contacts-20261122.csv");
        assertThat(choice.passedOver()).isEmpty();
    }

    @Test
    void acceptsAllFilesThatComeWithMuster() {
        JobFolder jobs = new JobFiles(Path.of("jobs")).load();

        assertThat(jobs.broken()).isEmpty();
        assertThat(jobs.jobs()).extracting(loaded -> loaded.job().id()).contains("demo-contacts", "sftp-example");
        assertThat(jobs.jobs()).noneMatch(loaded -> loaded.job().enabled());
    }

    @Test
    void reportsAllProblemsOfAFileAtOnceInItsOrder() {
        assertThat(problems("""
            kind: contact-import
            id: Nightly Job
            source:
              type: sftp
              host: sftp.example.com
              usrname: me
              password: hunter2
              folder: /out
            target:
              directory: Customers
            mode: replace
            limits:
              max-rejected: 500%
            schedules:
              - cron: "99 2 * * *"
                zone: Europe/Belrin
              - every: 5 minutes
            """))
                .containsExactly(
                        "1:1: name: is missing. Add it, see docs/job-files.md.",
                        "2:1: id: must be 1 to 100 lower-case letters, digits, '.', '_' or '-', such as"
                                + " nightly-contacts.",
                        "3:1: source.username: is missing. Add it, see docs/job-files.md.",
                        "6:3: source.usrname: is not a known key here. Did you mean username?",
                        "7:13: source.password: must not be in the file in plain text. Write env:NAME for an"
                                + " environment variable or file:PATH for a file that holds the secret.",
                        "11:7: mode: must be one of upsert, create-only, update-only, events-only, not 'replace'.",
                        "13:17: limits.max-rejected: must be a share from 0% to 100% such as 5% or 0.05, a share with a"
                                + " floor such as 5% over 20, or none.",
                        "15:11: schedules[0].cron: has a wrong minute '99'. Write numbers from 0 to 59, lists (1,2),"
                                + " rising ranges (1-5), steps (*/5) or *.",
                        "16:11: schedules[0].zone: is not a known time zone. Write an IANA name such as Europe/Berlin"
                                + " or UTC.",
                        "17:12: schedules[1].every: must be a number with s, m, h or d, such as 30s, 15m, 2h or 7d.");
    }

    @Test
    void refusesADelimiterOfSeveralCharacters() {
        assertThat(problems(MINIMAL + "format: {delimiter: ',,'}\n"))
                .containsExactly(
                        "9:21: format.delimiter: must be one character such as \",\", \";\" or \"|\", or tab.");
    }

    @Test
    void neverRepeatsASecretThatStandsInTheFile() {
        assertThat(problems(sftp("  password: hunter2\n  host-keys: [ssh-ed25519 AAAA]\n")))
                .singleElement()
                .asString()
                .doesNotContain("hunter2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "shedules: []|9:1: shedules: is not a known key here. Did you mean schedules?",
                "missedRuns: once|9:1: missedRuns: is not a known key here. Did you mean missed-runs?",
                "enabled: yes|9:10: enabled: must be true or false.",
                "enabled: [true]|9:10: enabled: must be a single value, not a list.",
                "region:|9:8: region: has no value. Write one, or remove the key.",
                "region: XX|9:1: region: is not a region whose phone numbers are known. Write one such as DE or US.",
                "region: AQ|9:1: region: is not a region whose phone numbers are known. Write one such as DE or US.",
                "null-tokens: [null]|9:15: null-tokens[0]: has no value. Write one, or put 'null' in quotes if the"
                        + " word is meant.",
                "null-tokens: N/A|9:14: null-tokens: must be a list, not a single value. Write each item in a line of"
                        + " its own that begins with '- '.",
                "limits: {min-rows: 0123}|9:20: limits.min-rows: must be a whole number; '0123' could be read as"
                        + " octal. Write it without leading zeros.",
                "limits: {min-rows: -1}|9:10: limits.min-rows: must be greater than or equal to 0.",
                "limits: {max-rows-per-key: 99999999999}|9:28: limits.max-rows-per-key: integer overflow.",
                "format: {charset: latin-99}|9:19: format.charset: is not a known charset. Write one such as UTF-8,"
                        + " UTF-16, ISO-8859-1 or windows-1252.",
                "mapping: {columns: {A: touchpoint.time, B: touchpoint.kind}}|9:1: mapping: records touchpoints"
                        + " without touchpoint.channel. Map a column to it, or give it as a constant.",
                "mapping: {columns: {A: touchpoint.time, B: touchpoint.kind}, constants: {touchpoint.channel:"
                        + " pigeon}}|9:74: mapping.constants.touchpoint.channel: cannot be used: The channel is none of"
                        + " email, sms, web, app, push, whatsapp, phone, post, other.",
                "mapping: {columns: {A: contactId}}|9:1: mapping: maps to contactId, which names contacts only where"
                        + " none is made or changed. Write mode: events-only, or map another field.",
                "mode: events-only|1:1: mapping: records nothing in mode events-only. Map a column to transaction.date"
                        + " or touchpoint.time.",
                "mapping: {columns: {A: e-mail}}|9:24: mapping.columns.A: Cannot map a column to 'e-mail': there is no"
                        + " such target. Use firstName, lastName, email, phone, extRef, language, unsubscribed, unsubscribed.list, unsubscribed.directory,"
                        + " embedded.NAME, list.NAME, transaction.id, transaction.date, transaction.field.NAME,"
                        + " touchpoint.channel, touchpoint.kind, touchpoint.time, touchpoint.survey, touchpoint.intercept,"
                        + " touchpoint.project, touchpoint.display, touchpoint.session, touchpoint.key, contactId,"
                        + " action, asOf or ignore.",
                "mapping: {columns: {A: email, B: email}}|9:31: mapping.columns.B: maps to email as A does. Map one"
                        + " column to it.",
                "mapping: {columns: {A: list.x}}|9:1: mapping: maps to list.NAME or unsubscribed.list without a list. Add target.list or"
                        + " target.new-list.",
                "mapping: {columns: {A: transaction.id}}|9:1: mapping: records transactions without a date. Map a"
                        + " column to transaction.date.",
                "policies: {transaction.id: keep}|9:12: policies.transaction.id: is not a contact field. Use"
                        + " firstName, lastName, email, phone, extRef, language or embedded.NAME.",
                "policies: {email: keep-it}|9:19: policies.email: must be one of overwrite, fill-if-empty, keep,"
                        + " clear-on-blank, not 'keep-it'.",
                "files: {pattern: in/*.csv}|9:9: files.pattern: matches names, not paths. Put the folder into"
                        + " source.folder.",
                "files: {marker: done}|9:9: files.marker: must hold {name} or {stem} once, such as {name}.done.",
                "files: {dated: 'c-{yyyyMM}.csv'}|9:9: files.dated: must hold a date pattern with year, month and day"
                        + " in braces, such as contacts-{yyyyMMdd}.csv.",
                "afterwards: {action: archive}|9:1: afterwards.folder: is missing. Name the folder that files are"
                        + " archived into.",
                "afterwards: {action: leave, folder: x}|9:29: afterwards.folder: belongs to action archive. Remove it,"
                        + " or write action: archive.",
                "afterwards: {action: archive, folder: ../../../etc}|9:31: afterwards.folder: must not contain \"..\":"
                        + " write a folder below the source's, such as processed, or the whole path, such as"
                        + " /archive/contacts.",
                "afterwards: {action: archive, folder: a/../../b}|9:31: afterwards.folder: must not contain \"..\":"
                        + " write a folder below the source's, such as processed, or the whole path, such as"
                        + " /archive/contacts.",
                "afterwards: {action: archive, folder: ./}|9:31: afterwards.folder: must not be the source's folder"
                        + " itself or the root: archived files would be delivered again. Write a folder such as"
                        + " processed.",
                "hold-back: 0s|9:1: hold-back: must be 1m to 365d.",
                "order: newest-first|9:8: order: must be one of oldest-first, any, not 'newest-first'.",
                "schedules: [{}]|9:13: schedules[0]: must have either cron or every.",
                "schedules: [{every: 1s}]|9:14: schedules[0].every: must be 5s to 1d. For longer pauses write a cron"
                        + " expression.",
                "schedules: [{cron: '0 0 30 2 *'}]|9:20: schedules[0].cron: never matches a date: no such day exists"
                        + " in the calendar.",
                "schedules: [{cron: '0 0 1 * MON'}]|9:20: schedules[0].cron: restricts both day-of-month and"
                        + " day-of-week, which cron dialects read in two ways. Write two schedules, or * for one of the"
                        + " two.",
                "alarm: {no-file-by: 6:00}|9:21: alarm.no-file-by: must be a time of day such as \"06:00\".",
                "notifications: [{when: always}]|9:17: notifications[0]: must have either email or webhook. Write two"
                        + " rules to use both.",
                "notifications: [{when: always, email: [me]}]|9:40: notifications[0].email[0]: must be a mailbox such"
                        + " as ops@example.com.",
                "notifications: [{when: always, webhook: 'ftp://x'}]|9:32: notifications[0].webhook: must be an"
                        + " address that begins with https:// or http://.",
                "notifications: [{when: always, webhook: 'https://a:b@x'}]|9:32: notifications[0].webhook: must not"
                        + " hold a name or password. Keep the whole address outside: env:NAME or file:PATH.",
                "notifications: [{when: sometimes, email: [a@b]}]|9:24: notifications[0].when: must be one of never,"
                        + " on-failure, on-rejects, always, not 'sometimes'.",
                "id: other|9:1: id: is given twice (first on line 2). Remove one of the two.",
                "zone: &a UTC|9:7: zone: has an anchor, which job files do not support. Write the value out, or put a"
                        + " text that begins with & in quotes.",
                "zone: *a|9:7: zone: has an alias, which job files do not support. Write the value out, or put a text"
                        + " that begins with * in quotes.",
                "zone: !!str UTC|9:7: zone: has the tag tag:yaml.org,2002:str, which job files do not support. Remove"
                        + " it, or put a text that begins with ! in quotes.",
                "<<: {a: b}|9:1: merges keys with <<, which job files do not support. Write the keys out.",
            })
    void pointsAtWhatIsWrong(String line, String problem) {
        assertThat(problems(MINIMAL + line + "\n")).containsExactly(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|1:1: is empty. Write one job, see docs/job-files.md.",
                "'just text'|1:1: must be a group of keys, not a single value. Write each as KEY: VALUE in a line of"
                        + " its own.",
                "'id: x'|1:1: kind: is missing. Write one of contact-import, segment-rebuild, event, workflow.",
                "'kind: import'|1:7: kind: must be one of contact-import, segment-rebuild, event, workflow, not 'import'.",
                "'kind: [contact-import]'|1:7: kind: must be one of contact-import, segment-rebuild, event, workflow.",
            })
    void refusesWhatIsNoJobAtAll(String text, String problem) {
        assertThat(problems(text)).containsExactly(problem);
    }

    @Test
    void explainsTabsAndUnreadableYaml() {
        assertThat(problems("kind: contact-import\nsource:\n\ttype: folder\n"))
                .containsExactly(
                        "3:1: is not readable as YAML: a tab is used where only spaces are allowed. Indent with"
                                + " spaces.");
        assertThat(problems("name: a: b\n"))
                .singleElement()
                .asString()
                .startsWith("1:8: is not readable as YAML: mapping values are not allowed here.")
                .endsWith("Put a text that contains ': ' in quotes, and check the indentation.");
    }

    @Test
    void refusesANewListThatOnlyOneRunCouldMake() {
        String job = MINIMAL.replace("directory: Customers", "directory: Customers\n  new-list: %s");
        assertThat(problems(job.formatted("Imported")))
                .singleElement()
                .asString()
                .endsWith("target.new-list: is the same for every run, but a list can be made once only. Add {date},"
                        + " {time}, {file} or {run}, or name one list as target.list.");
        assertThat(problems(job.formatted("'Imported {date}'"))).isEmpty();
        assertThat(problems(job.formatted("'Imported {day}'")))
                .singleElement()
                .asString()
                .endsWith("target.new-list: has an unknown {day}. Use {date}, {file}, {run}, {time}.");
    }

    @Test
    void refusesATimeForHoldingBackWhereNothingIsHeldBack() {
        assertThat(problems(MINIMAL + "hold-back: 2h\non-failure: continue\n"))
                .containsExactly("9:1: hold-back: has no effect with on-failure continue. Remove one of them.");
        assertThat(problems(MINIMAL + "hold-back: 24h\norder: any\n")).isEmpty();
    }

    @Test
    void refusesToArchiveIntoTheFolderOfTheSource() {
        String job = MINIMAL.replace("folder: inbox", "folder: /data/inbox") + "afterwards: {action: archive, folder: ";
        assertThat(problems(job + "//data/./inbox/}\n"))
                .singleElement()
                .asString()
                .endsWith("afterwards.folder: must not be the source's folder itself or the root: archived files would"
                        + " be delivered again. Write a folder such as processed.");
        assertThat(problems(job + "/data/inbox/done}\n")).isEmpty();
    }

    @Test
    void acceptsArchiveFoldersBelowTheSourceAndWholePaths() {
        for (String archive : List.of("processed", "done/2026", "/archive/contacts", "env:ARCHIVE", "a..b")) {
            assertThat(problems(MINIMAL + "afterwards: {action: archive, folder: \"" + archive + "\"}\n"))
                    .isEmpty();
        }
    }

    @Test
    void refusesASecondDocument() {
        assertThat(problems(MINIMAL + "---\nkind: contact-import\n"))
                .containsExactly("9:1: holds a second document. Write one job per file.");
    }

    @Test
    void readsWordsThatOtherYamlTakesForTruthValuesAndNumbers() {
        ContactImportJob job = job(MINIMAL + """
            region: NO
            null-tokens: [no, 0123, 1_000, 0x1F]
            mapping:
              columns: {007: embedded.agent, on: email}
              values: {on: {yes: 1, 0: off}}
            """);

        assertThat(job.loading().region()).isEqualTo("NO");
        assertThat(job.loading().nullTokens()).containsExactly("no", "0123", "1_000", "0x1F");
        assertThat(job.loading().mapping().columns()).containsOnlyKeys("007", "on");
        assertThat(job.loading().mapping().values().get("on"))
                .containsEntry("yes", "1")
                .containsEntry("0", "off");
    }

    @Test
    void takesGroupsWithoutContentAsAbsent() {
        ContactImportJob job = job(MINIMAL + "schedules:\n#  - every: 5m\nlimits:\nfiles:\n");

        assertThat(job.schedules()).isEmpty();
        assertThat(job.files()).isEqualTo(FileChoice.usual());
    }

    @Test
    void refusesWhatIsTooLargeTooDeepOrNoText() throws IOException {
        assertThat(problems("a: " + "[".repeat(5_000)))
                .containsExactly("1:34: is nested deeper than 30 levels. No job file needs that.");
        assertThat(problems("x".repeat(JobFileReader.MAX_BYTES + 1)))
                .containsExactly(
                        "1:1: is larger than 1 MiB, which no job file needs. Check that it is the right file.");

        Path latin = folder.resolve("latin.yaml");
        Files.write(latin, "name: Müller\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(lines(latin)).containsExactly("1:1: is not UTF-8. Save it as UTF-8.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "nightly-contacts", "crm.eu_2"})
    void acceptsIdsOfLowerCaseLettersDigitsAndSeparators(String id) {
        assertThat(job(MINIMAL.replace("nightly", id)).id()).isEqualTo(id);
    }

    @Test
    void needsAWayToLogInAndToVerifyTheServer() {
        assertThat(problems(sftp("")))
                .containsExactly(
                        "4:1: source: must have either password or private-key, as env:NAME or file:PATH.",
                        "4:1: source: must have host-keys or known-hosts, so that the server can be verified. Ask its"
                                + " owner for the key, or compare with what ssh-keyscan prints.");
    }

    @Test
    void readsTheExampleOfAnObjectStore() throws IOException {
        Problems problems = new Problems();
        JobFile example = new JobFileReader()
                .read(Files.readAllBytes(Path.of("jobs/s3-example.yaml")), problems)
                .orElseThrow();

        assertThat(problems.sorted()).isEmpty();
        assertThat(((ContactImportJob) example).source().toSourceSpec("x", new References(Map.of())))
                .isInstanceOfSatisfying(S3Source.class, s3 -> {
                    assertThat(s3.location()).isEqualTo("s3://exports/crm/contacts/ on minio.example.com");
                    assertThat(s3.secretKey()).hasToString("file:/run/secrets/exports_secret_key");
                    assertThat(s3.pathStyle()).isTrue();
                });
    }

    @Test
    void refusesAnObjectStoreWithSecretsOrPathsInTheWrongPlace() {
        assertThat(problems("""
                kind: contact-import
                id: nightly
                name: Nightly
                source:
                  type: s3
                  endpoint: https://me:hunter2@minio.example.com
                  bucket: exports/crm
                  access-key: env:ID
                  secret-key: env:SECRET
                  timeout: 1h
                target:
                  directory: Customers
                """))
                .containsExactly(
                        "6:3: source.endpoint: must not hold a name or password. Keep the whole address outside: env:NAME or"
                                + " file:PATH.",
                        "7:3: source.bucket: must be a name without a path. Put the folder into source.prefix.",
                        "10:3: source.timeout: must be 1s to 10m.");
    }

    @Test
    void refusesFilesThatShareAnId() throws IOException {
        Files.writeString(folder.resolve("a.yaml"), MINIMAL);
        Files.writeString(folder.resolve("b.yml"), MINIMAL);
        Files.writeString(folder.resolve("c.yaml"), MINIMAL.replace("nightly", "daily"));
        Files.writeString(folder.resolve("notes.txt"), "no job");
        JobFiles files = new JobFiles(folder);

        JobFolder all = files.load();

        assertThat(all.jobs()).extracting(loaded -> loaded.job().id()).containsExactly("daily");
        assertThat(all.broken())
                .extracting(broken -> broken.lines().getFirst())
                .containsExactly(
                        folder.resolve("a.yaml") + ":1:1: id: is 'nightly', which is also the id of "
                                + folder.resolve("b.yml") + ". Give each automation an id of its own.",
                        folder.resolve("b.yml") + ":1:1: id: is 'nightly', which is also the id of "
                                + folder.resolve("a.yaml") + ". Give each automation an id of its own.");
        assertThatThrownBy(() -> files.load(folder.resolve("a.yaml")))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot use the job file %s: line 1, column 1: id is 'nightly', which is also the id of %s."
                                .formatted(folder.resolve("a.yaml"), folder.resolve("b.yml"))
                        + " Give each automation an id of its own.");
    }

    @Test
    void findsAJobByPathOrId() throws IOException {
        Path file = Files.writeString(folder.resolve("a.yaml"), MINIMAL);
        JobFiles files = new JobFiles(folder);

        assertThat(files.find("nightly").file()).isEqualTo(file);
        assertThat(files.find(file.toString()).job().id()).isEqualTo("nightly");
        assertThatThrownBy(() -> files.find("weekly"))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot find the job 'weekly': no job file in %s has that id. There are nightly."
                        .formatted(folder));
        assertThatThrownBy(() -> files.find("jobs/none.yaml"))
                .isInstanceOf(Refusal.class)
                .hasMessage(
                        "Cannot read the job file jobs/none.yaml: there is no such file. ./muster jobs lists them.");
    }

    @Test
    void looksUpReferencesWhenTheSourceIsNeeded() {
        JobFile demo = new JobFiles(Path.of("jobs"))
                .load(Path.of("jobs/demo-contacts.yaml"))
                .job();
        JobSource source = ((ContactImportJob) demo).source();

        assertThat(source.toSourceSpec(
                        "nightly",
                        new References(Map.of(
                                "MUSTER_DEMO_SFTP_HOST", "127.0.0.1",
                                "MUSTER_DEMO_SFTP_PORT", "2222",
                                "MUSTER_DEMO_SFTP_USER", "demo",
                                "MUSTER_DEMO_SFTP_HOST_KEY", "ssh-ed25519 AAAA"))))
                .isInstanceOfSatisfying(SftpSource.class, sftp -> {
                    assertThat(sftp.port()).isEqualTo(2222);
                    assertThat(sftp.directory()).isEqualTo("outbox");
                    assertThat(sftp.hostKeys()).containsExactly("ssh-ed25519 AAAA");
                    assertThat(sftp.authentication().password())
                            .isEqualTo(SecretRef.of("env:MUSTER_DEMO_SFTP_PASSWORD"));
                });
        assertThatThrownBy(() -> source.toSourceSpec("nightly", new References(Map.of())))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot read source.host: the environment variable MUSTER_DEMO_SFTP_HOST is not set."
                        + " Set it for the process that runs the job.");
    }

    @Test
    void changesTheFingerprintWithEveryEdit() throws IOException {
        Path file = Files.writeString(folder.resolve("a.yaml"), MINIMAL);
        JobFiles files = new JobFiles(folder);
        String before = files.load(file).fingerprint();
        Files.writeString(file, MINIMAL + "# edited\n");

        assertThat(files.load(file).fingerprint()).isNotEqualTo(before).hasSize(64);
    }

    private static String sftp(String more) {
        return """
            kind: contact-import
            id: nightly
            name: Nightly
            source:
              type: sftp
              host: sftp.example.com
              username: me
              folder: /out
            """ + more + "target:\n  directory: Customers\n";
    }

    private static ContactImportJob job(String text) {
        Problems problems = new Problems();
        Optional<JobFile> job = new JobFileReader().read(text.getBytes(StandardCharsets.UTF_8), problems);
        assertThat(problems.sorted()).isEmpty();
        return (ContactImportJob) job.orElseThrow();
    }

    private static List<String> problems(String text) {
        Problems problems = new Problems();
        var ignored = new JobFileReader().read(text.getBytes(StandardCharsets.UTF_8), problems);
        return shown(problems.sorted());
    }

    private List<String> lines(Path file) {
        return shown(new JobFiles(folder).check(file));
    }

    private static List<String> shown(List<Problem> problems) {
        return problems.stream().map(problem -> problem.text("x").substring(2)).toList();
    }
}
