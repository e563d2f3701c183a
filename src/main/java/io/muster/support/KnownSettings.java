package io.muster.support;

import io.muster.support.KnownSetting.Choice;
import io.muster.support.KnownSetting.Count;
import io.muster.support.KnownSetting.Open;
import io.muster.support.KnownSetting.Secret;
import io.muster.support.KnownSetting.Size;
import io.muster.support.KnownSetting.Text;
import io.muster.support.KnownSetting.Time;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * All settings, in the order of {@code docs/settings.md}, whose table is made of them: usual values and bounds are written
 * here and nowhere else. Whoever adds one has {@code SettingsPageTests} write the page anew.
 */
public final class KnownSettings {

    private static final int MANY = 999_999_999;
    private static final int LAST_PORT = 65_535;
    private static final int LONGEST_DAYS = 36_500;
    private static final String LOOPBACK = "127.0.0.1";
    private static final String HOST = "a name or address";
    private static final String FOLDER = "a folder";
    private static final String FILE = "a file";
    private static final String WEB_ADDRESS = "an address with `http` or `https`";
    private static final String ANY_TEXT = "a text";

    public static final Secret DATABASE_URL = new Secret(
            "muster.database.url",
            "the embedded database",
            "JDBC URL of an outside database; [operating](operating.md#an-outside-database)");
    public static final Secret DATABASE_USER =
            new Secret("muster.database.user", "", "account, where the URL names none");
    public static final Secret DATABASE_PASSWORD =
            new Secret("muster.database.password", "", "its password, where the URL has none");
    public static final Time DATABASE_WAIT = new Time(
            "muster.database.wait",
            Duration.ofSeconds(30),
            Duration.ZERO,
            "how long to wait for a database that does not answer, at the start and later; 5 s at least later");
    public static final Choice DATABASE_MIGRATE = new Choice(
            "muster.database.migrate",
            "on",
            List.of("on", "off"),
            "`off`: never change the schema; wait, as long as `muster.database.wait`, for tables that"
                    + " [another account](operating.md#an-account-that-may-not-change-tables) brings up to date");
    public static final Count DATABASE_CONNECTIONS = Count.of(
            "muster.database.connections",
            12,
            2,
            1_000,
            "the most connections for general work; each thread that loads takes one more");
    public static final Count CONSOLE_CONNECTIONS = Count.of(
            "muster.console.connections",
            6,
            1,
            1_000,
            "the most connections for pages of the [console](console.md), beside those for general work");
    public static final Count CONSOLE_STATEMENT_SECONDS = Count.of(
            "muster.console.statement-seconds",
            2,
            1,
            3_600,
            "how long a page waits for one answer of the database before it says that it takes too long");
    public static final Count DATABASE_SESSION_SECONDS = Count.of(
            "muster.database.session-seconds",
            60,
            2,
            3_600,
            "how long a session may be silent until the server ends it and takes its locks back: so long others wait for a process"
                    + " that is stopped, or whose machine is gone");
    public static final Size EMBEDDED_BUFFER_POOL = Size.of(
                    "muster.embedded.buffer-pool", 512, "memory of the embedded database")
            .usually("a quarter of the memory, 128 MiB to 4 GiB");
    public static final Time EMBEDDED_LINGER = new Time(
            "muster.embedded.linger",
            Duration.ofSeconds(60),
            Duration.ZERO,
            "how long it stays after the last process has left; 0 stops it at once");

    public static final Count LOAD_THREADS =
            Count.of("muster.load.threads", 2, 1, 16, "connections on which an import writes");
    public static final Count LOAD_BLOCK =
            Count.of("muster.load.block", 20_000, 100, 200_000, "contacts written in one transaction; for tests");
    public static final Count SURVEY_CHECKPOINT = Count.of(
            "muster.survey.checkpoint",
            250_000,
            1,
            100_000_000,
            "rows after which a survey that is interrupted can go on; for tests");
    public static final Count KEY_MEMORY = Count.of(
            "muster.key.memory",
            768,
            1,
            1_000_000,
            "MiB of memory for the keys of one file; what is beyond it is in mapped files of the state folder");
    public static final Count REBUILD_THREADS = Count.of(
            "muster.rebuild.threads", 2, 1, 16, "ranges of contacts that a rebuild of segments evaluates at once");
    public static final Text DAILY_REBUILD = new Text(
            "muster.segments.daily-rebuild",
            "0 3 * * *",
            "a cron expression, `off`",
            "when segments are rebuilt that no job file rebuilds, in the directory's time zone; `off` for never");
    public static final Text PLACEHOLDERS = new Text(
            "muster.intercepts.placeholders",
            "unknown, null, undefined, 0, extRef",
            "texts with commas",
            "texts that are no reference of a visitor, whatever their case");

    public static final Count HISTORY_DAYS = Count.of(
            "muster.history.days",
            400,
            1,
            LONGEST_DAYS,
            "how long runs with their counts, merges with their before-images, the history of segments and notifications are kept");
    public static final Count HISTORY_ROW_DAYS = Count.of(
                    "muster.history.row-days",
                    30,
                    1,
                    LONGEST_DAYS,
                    "how long rejected cells, before-images and spool files of runs are kept, of failed ones too; not longer than the"
                            + " runs")
            .usually("30, or `muster.history.days` if less");
    public static final Count HISTORY_FILE_DAYS = Count.of(
            "muster.history.file-days",
            60,
            1,
            LONGEST_DAYS,
            "how long files are kept that callers [send](file-drop.md) for an automation, where its job says nothing else");
    public static final Count HISTORY_EVENT_DAYS = Count.of(
            "muster.history.event-days",
            30,
            1,
            LONGEST_DAYS,
            "how long [JSON events](json-events.md) are kept with what became of them");

    public static final Time IMPORTS_KEEP = new Time(
            "muster.imports.keep",
            Duration.ofHours(24),
            Duration.ofHours(1),
            "how long an import that a person [prepares](console.md#imports) is kept, with its file");
    public static final Size IMPORTS_UPLOAD_SIZE =
            Size.of("muster.imports.upload-size", 2_048, "the largest file that a person may upload in the console");

    public static final Open SPOOL = new Open(
            "muster.spool",
            "`spool` in the state folder",
            FOLDER,
            "folder for files that are fetched, sent or worked on, and for events while the database is away; servers that"
                    + " [share it](server.md#several-servers) go on with each other's work");
    public static final Open JOBS =
            new Open("muster.jobs", "`jobs` beside the launcher", FOLDER, "folder of the job files");
    public static final Open JDBC_DRIVERS = new Open(
            "muster.jdbc.drivers",
            "`drivers` in the state folder",
            FOLDER,
            "folder with the jar files of JDBC drivers, for [workflows](workflows.md#another-database) that read other databases");

    public static final Count SERVER_PARALLEL_RUNS =
            Count.of("muster.server.parallel-runs", 2, 1, 64, "automations that one server runs at once");
    public static final Count SERVER_SHUTDOWN_SECONDS =
            Count.of("muster.server.shutdown-seconds", 60, 1, 3_600, "how long a shutdown waits for runs to stop");
    public static final Text HTTP_HOST =
            new Text("muster.http.host", LOOPBACK, HOST, "address on which the [server](server.md) answers");
    public static final Count HTTP_PORT =
            Count.of("muster.http.port", 8080, 0, LAST_PORT, "its port; 0 for any; `server --port` wins");
    public static final Open TLS_CERTIFICATE = new Open(
            "muster.tls.certificate",
            "plain text",
            FILE,
            "PEM file with the certificate of [server](server.md#tls) and evaluator, its own first, then those that signed it");
    public static final Open TLS_KEY = new Open("muster.tls.key", "", FILE, "PEM file with its key, not encrypted");
    public static final Count API_IMPORTS = Count.of(
            "muster.api.imports",
            4,
            1,
            25,
            "[imports of sent contacts](v3-imports.md) that one server works on at once; others wait");
    public static final Count HTTP_MAX_REQUESTS = Count.of(
            "muster.http.max-requests", 1_024, 1, 1_000_000, "requests in work beyond which calls are refused");
    public static final Count HTTP_EVENTS_PER_ADDRESS = Count.of(
            "muster.http.events-per-address", 3_000, 1, MANY, "events a minute that are taken from one address");
    public static final Count HTTP_JSON_EVENTS = Count.of(
            "muster.http.json-events",
            3_000,
            1,
            MANY,
            "[JSON events](json-events.md) of one job that are taken in a minute");
    public static final Count HTTP_VISITORS_PER_PROJECT = Count.of(
            "muster.http.visitors-per-project",
            600,
            1,
            MANY,
            "[visitors](visitors.md#quotas) a minute that are taken of one project");
    public static final Count HTTP_VISITORS_PER_ADDRESS = Count.of(
            "muster.http.visitors-per-address",
            300,
            1,
            MANY,
            "calls with visitors a minute that are taken from one address");
    public static final Count HTTP_CALLS_PER_TOKEN = Count.of(
            "muster.http.calls-per-token",
            3_000,
            1,
            MANY,
            "calls of the [v3 API](v3-api.md#rates-and-limits) a minute that are answered to one token");
    public static final Count HTTP_CALLS_AT_ONCE = Count.of(
            "muster.http.calls-at-once", 20, 1, 1_000_000, "calls of the v3 API of one token that may be in work");
    public static final Open PUBLIC_URL = new Open(
            "muster.public-url",
            "messages name the command; elsewhere the address of the call",
            WEB_ADDRESS,
            "address that links begin with, such as `https://muster.example.com`");
    public static final Text TRUSTED_PROXIES = new Text(
            "muster.trusted-proxies",
            "loopback",
            "addresses and networks with commas, `loopback`, `none`",
            "proxies whose `X-Forwarded-*` headers count");

    public static final Open OIDC_ISSUER = new Open(
            "muster.oidc.issuer",
            "no sign-in with a provider",
            "an address with `https`",
            "provider of OpenID Connect that people [sign in with](console.md#signing-in-with-a-provider)");
    public static final Open OIDC_CLIENT_ID = new Open(
            "muster.oidc.client-id", "required with an issuer", ANY_TEXT, "what the provider calls this installation");
    public static final Secret OIDC_CLIENT_SECRET =
            new Secret("muster.oidc.client-secret", "none: a public client", "the secret that goes with it");
    public static final Open OIDC_NAME =
            new Open("muster.oidc.name", "the host of the issuer", ANY_TEXT, "what pages call the provider");
    public static final Text OIDC_SCOPES =
            new Text("muster.oidc.scopes", "openid profile email", "words with blanks", "what is asked for there");
    public static final Text OIDC_ROLES_CLAIM = new Text(
            "muster.oidc.roles-claim",
            "groups",
            "a name, or a path with dots",
            "claim with the groups or roles that a person has there");
    public static final Open OIDC_ROLES = new Open(
            "muster.oidc.roles",
            "required with an issuer",
            "`VALUE=ROLE` with semicolons",
            "what each of its values is worth here: `crm-team=access; crm-night=operate; crm-heads=administer`");
    public static final Choice OIDC_DIRECTORIES = new Choice(
            "muster.oidc.directories",
            "all",
            List.of("all", "none"),
            "which a new account is for, until an administrator names others");
    public static final Choice OIDC_PASSWORDS = new Choice(
            "muster.oidc.passwords",
            "on",
            List.of("on", "off"),
            "`off`: with an issuer, nobody signs in with a password of Muster's own");

    public static final Open SNAPSHOTS = new Open(
            "muster.snapshots",
            "`snapshots` in the state folder",
            FOLDER,
            "the published tree of [snapshots](snapshots.md)");
    public static final Count SNAPSHOTS_KEPT =
            Count.of("muster.snapshots.kept", 5, 1, 1_000, "versions of each project's snapshot that are kept");
    public static final Size EVENTS_SPOOL_SIZE = Size.of(
            "muster.events.spool-size",
            256,
            "how much a server keeps of displays, clicks and touchpoints while the database is away");

    public static final Text EVALUATOR_HOST = new Text(
            "muster.evaluator.host",
            LOOPBACK,
            HOST,
            "address on which the [evaluator](evaluator.md) answers; it reads its settings from the environment only");
    public static final Count EVALUATOR_PORT =
            Count.of("muster.evaluator.port", 8081, 0, LAST_PORT, "its port; 0 for any");
    public static final Open EVALUATOR_SERVER =
            new Open("muster.evaluator.server", "", WEB_ADDRESS, "server from which it takes snapshots and changes");
    public static final Open EVALUATOR_URL = new Open(
            "muster.evaluator.url",
            "where their script came from",
            WEB_ADDRESS,
            "where pages ask for decisions; see the [deployment code](deployment-code.md)");
    public static final Open EVALUATOR_TOKEN_FILE =
            new Open("muster.evaluator.token-file", "required with a server", FILE, "file with the server's token");
    public static final Time EVALUATOR_STALE_AFTER = new Time(
            "muster.evaluator.stale-after",
            Duration.ofHours(26),
            Duration.ofSeconds(1),
            "age of contacts from which answers are marked stale");
    public static final Count EVALUATOR_MAX_REQUESTS = Count.of(
            "muster.evaluator.max-requests",
            4_096,
            1,
            1_000_000,
            "requests in work or waiting beyond which calls are refused");

    public static final Text METRICS_HOST = new Text("muster.metrics.host", LOOPBACK, HOST, "address of the metrics");
    public static final Count METRICS_PORT = Count.of(
                    "muster.metrics.port", 9464, 0, LAST_PORT, "port of the metrics; 0 for any")
            .usually("9464, or a free one when it is taken");

    public static final Open OTLP_URL = new Open(
            "muster.otlp.url",
            "no traces",
            WEB_ADDRESS,
            "collector that servers and commands send [traces](metrics.md#traces) to");
    public static final Choice LOG_FORMAT = new Choice(
            "muster.log.format",
            "text",
            List.of("text", "json"),
            "form of the [log](metrics.md#logs) on standard error and in the files");

    public static final Open MAIL_HOST = new Open(
            "muster.mail.host", "no mail is sent", HOST, "mail server of the [notifications](notifications.md#email)");
    public static final Count MAIL_PORT =
            Count.of("muster.mail.port", 587, 1, LAST_PORT, "its port").usually("587, 465 or 25 by `tls`");
    public static final Choice MAIL_TLS = new Choice(
            "muster.mail.tls",
            "starttls",
            List.of("none", "starttls", "tls"),
            "how the connection is protected; `starttls` insists on it; `none` is for a server on the same machine");
    public static final Open MAIL_USER = new Open("muster.mail.user", "no sign-in", ANY_TEXT, "account");
    public static final Open MAIL_PASSWORD =
            new Open("muster.mail.password", "", "a text, `env:NAME`, `file:PATH`", "its password");
    public static final Open MAIL_FROM = new Open("muster.mail.from", "required with a host", "a mailbox", "sender");
    public static final Open LINK_BASE =
            new Open("muster.link-base", "", WEB_ADDRESS, "what `muster.public-url` was called before; still read");

    private KnownSettings() {}

    /** All of them, in their order. */
    public static List<KnownSetting> all() {
        return Arrays.stream(KnownSettings.class.getDeclaredFields())
                .filter(field -> Modifier.isPublic(field.getModifiers()))
                .map(KnownSettings::constant)
                .toList();
    }

    private static KnownSetting constant(Field field) {
        try {
            return (KnownSetting) field.get(null);
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
