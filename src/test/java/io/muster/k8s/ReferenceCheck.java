package io.muster.k8s;

import static io.muster.k8s.Manifest.at;
import static io.muster.k8s.Manifest.each;
import static io.muster.k8s.Manifest.object;
import static io.muster.k8s.Manifest.selects;
import static io.muster.k8s.Manifest.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.muster.k8s.Manifest.Pod;
import io.muster.support.KnownSetting;
import io.muster.support.KnownSettings;
import io.muster.support.Settings;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What manifests say of each other, of the settings and of the server: names that lead nowhere, and what is forgotten. */
final class ReferenceCheck {

    /** What remains of a shutdown after the runs have stopped; see the server role. */
    private static final int CLOSING_SECONDS = 15;

    private static final int USUAL_SHUTDOWN_SECONDS = KnownSettings.SERVER_SHUTDOWN_SECONDS.usual();
    private static final String USER = "10001";
    private static final Set<String> PROBED = Set.of("/health/live", "/health/ready");
    private static final Set<String> PLAIN_VARIABLES =
            Set.of("MUSTER_HOME", "MUSTER_CONFIG", "MUSTER_JAVA_HOME", "MUSTER_JAVA_OPTS");

    private final List<Manifest> manifests;
    private final List<String> problems = new ArrayList<>();

    private ReferenceCheck(List<Manifest> manifests) {
        this.manifests = manifests;
    }

    /** What is wrong between manifests, those of Secrets included. */
    static List<String> problems(List<Manifest> manifests) {
        ReferenceCheck check = new ReferenceCheck(manifests);
        manifests.forEach(check::check);
        return check.problems;
    }

    private void check(Manifest manifest) {
        manifest.pods().forEach(this::pod);
        switch (manifest.kind()) {
            case "Deployment", "StatefulSet" -> ownPods(manifest);
            case "Service" -> service(manifest);
            case "PodDisruptionBudget" ->
                require(selected(object(manifest.content(), "spec", "selector")), manifest, "selects no pods");
            case "HorizontalPodAutoscaler" -> {
                JsonObject target = object(manifest.content(), "spec", "scaleTargetRef");
                require(
                        find(text(target, "kind"), text(target, "name")).isPresent(),
                        manifest,
                        "scales what does not exist: " + text(target, "name"));
            }
            case "NetworkPolicy" -> networkPolicy(manifest);
            case "Ingress" -> ingress(manifest);
            case "ServiceMonitor" -> serviceMonitor(manifest);
            default -> {}
        }
    }

    private void ownPods(Manifest manifest) {
        JsonObject selector = object(manifest.content(), "spec", "selector");
        require(
                manifest.pods().allMatch(pod -> selects(selector, pod.labels())),
                manifest,
                "does not select its own pods");
    }

    private void pod(Pod pod) {
        Manifest owner = pod.owner();
        require(
                text(pod.spec(), "automountServiceAccountToken").equals("false"),
                owner,
                "mounts the token of a service account");
        JsonObject security = object(pod.spec(), "securityContext");
        require(text(security, "runAsNonRoot").equals("true"), owner, "may run as root");
        require(text(security, "seccompProfile", "type").equals("RuntimeDefault"), owner, "has no seccomp profile");
        if (pod.isMuster()) {
            for (String field : List.of("runAsUser", "runAsGroup", "fsGroup")) {
                require(text(security, field).equals(USER), owner, field + " is not " + USER);
            }
        }

        volumes(pod);
        pod.containers().forEach(container -> container(pod, container));
    }

    private void container(Pod pod, JsonElement container) {
        Manifest owner = pod.owner();
        JsonObject security = object(container, "securityContext");
        require(text(security, "allowPrivilegeEscalation").equals("false"), owner, "may gain privileges");
        require(text(security, "readOnlyRootFilesystem").equals("true"), owner, "may write to its image");
        require(at(security, "capabilities", "drop").toString().equals("[\"ALL\"]"), owner, "keeps capabilities");
        for (String kind : List.of("requests", "limits")) {
            for (String resource : List.of("cpu", "memory")) {
                require(
                        !text(container, "resources", kind, resource).isEmpty(),
                        owner,
                        "has no %s of %s".formatted(kind, resource));
            }
        }

        String image = text(container, "image").replaceFirst(":[^/:]*$", "").replaceFirst("^.*/", "");
        require(image.equals(pod.isMuster() ? "muster" : "mariadb"), owner, "runs an unknown image: " + image);
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            probe(pod, probe, object(container, probe));
        }

        Map<String, String> environment = environment(owner, container);
        if (pod.isMuster()) {
            environment.keySet().forEach(name -> require(isSetting(name), owner, name + " is no setting"));
            environment.forEach((name, value) -> {
                if (name.endsWith("_FILE")) {
                    require(isInASecret(pod, container, value), owner, name + " names no key of a Secret: " + value);
                }
            });
            patience(pod, container, environment);
        }
    }

    private void probe(Pod pod, String name, JsonObject probe) {
        if (probe.isEmpty()) {
            require(pod.owner().kind().endsWith("Job"), pod.owner(), "has no " + name);
            return;
        }

        String how = probe.has("httpGet") ? "httpGet" : "tcpSocket";
        String port = text(probe, how, "port");
        require(pod.hasPort(port), pod.owner(), "%s asks a port that does not exist: %s".formatted(name, port));
        if (pod.isMuster()) {
            String path = text(probe, how, "path");
            require(PROBED.contains(path), pod.owner(), "%s asks what nobody answers: %s".formatted(name, path));
        }
    }

    /** A pod has time to stop in order, and to wait for the tables before it is taken for dead. */
    private void patience(Pod pod, JsonElement container, Map<String, String> environment) {
        boolean server = each(container, "args")
                .anyMatch(argument -> argument.getAsString().equals("server"));
        if (!server) {
            return;
        }

        String seconds =
                environment.getOrDefault("MUSTER_SERVER_SHUTDOWN_SECONDS", Integer.toString(USUAL_SHUTDOWN_SECONDS));
        int stopping = Integer.parseInt(seconds)
                + CLOSING_SECONDS
                + number(container, "lifecycle", "preStop", "sleep", "seconds");
        require(
                number(pod.spec(), "terminationGracePeriodSeconds") > stopping,
                pod.owner(),
                "is killed before it has stopped, which may take %d s".formatted(stopping));

        Settings settings = new Settings(name -> environment.get(Settings.variable(name)));
        long waiting = settings.duration(KnownSettings.DATABASE_WAIT).toSeconds();
        JsonObject startup = object(container, "startupProbe");
        require(
                (long) number(startup, "periodSeconds") * number(startup, "failureThreshold") > waiting,
                pod.owner(),
                "is restarted while it waits for the tables, which may take %d s".formatted(waiting));
    }

    /** The variables of a container, those of ConfigMaps included. */
    private Map<String, String> environment(Manifest owner, JsonElement container) {
        Map<String, String> environment = new LinkedHashMap<>();
        each(container, "envFrom").forEach(source -> {
            String name = text(source, "configMapRef", "name");
            find("ConfigMap", name)
                    .ifPresentOrElse(
                            map -> object(map.content(), "data")
                                    .entrySet()
                                    .forEach(entry -> environment.put(
                                            entry.getKey(), entry.getValue().getAsString())),
                            () -> problems.add("%s: there is no ConfigMap %s".formatted(owner, name)));
        });
        each(container, "env").forEach(variable -> environment.put(text(variable, "name"), text(variable, "value")));
        return environment;
    }

    private static boolean isSetting(String variable) {
        return PLAIN_VARIABLES.contains(variable)
                || settings()
                        .anyMatch(setting -> setting.variable().equals(variable)
                                || (setting instanceof KnownSetting.Secret
                                        && (setting.variable() + "_FILE").equals(variable)));
    }

    private static Stream<KnownSetting> settings() {
        return Arrays.stream(KnownSettings.class.getDeclaredFields())
                .filter(field -> Modifier.isPublic(field.getModifiers()))
                .map(field -> {
                    try {
                        return (KnownSetting) field.get(null);
                    } catch (IllegalAccessException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    private boolean isInASecret(Pod pod, JsonElement container, String file) {
        return each(container, "volumeMounts")
                .filter(mount -> file.startsWith(text(mount, "mountPath") + "/"))
                .anyMatch(mount -> {
                    String path = file.substring(text(mount, "mountPath").length() + 1);
                    JsonObject secret = volume(pod, text(mount, "name"), "secret");
                    return secret.has("items")
                            ? each(secret, "items")
                                    .anyMatch(item -> text(item, "path").equals(path))
                            : keys(text(secret, "secretName")).contains(path);
                });
    }

    private static JsonObject volume(Pod pod, String name, String kind) {
        return each(pod.spec(), "volumes")
                .filter(volume -> text(volume, "name").equals(name))
                .map(volume -> object(volume, kind))
                .findFirst()
                .orElseGet(JsonObject::new);
    }

    private Set<String> keys(String secret) {
        return find("Secret", secret)
                .map(manifest -> object(manifest.content(), "stringData").keySet())
                .orElse(Set.of());
    }

    private void volumes(Pod pod) {
        Manifest owner = pod.owner();
        Set<String> mounted = pod.containers()
                .flatMap(container -> each(container, "volumeMounts"))
                .map(mount -> text(mount, "name"))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> there = Stream.concat(
                        each(pod.spec(), "volumes").map(volume -> text(volume, "name")),
                        each(owner.content(), "spec", "volumeClaimTemplates")
                                .map(claim -> text(claim, "metadata", "name")))
                .collect(Collectors.toCollection(TreeSet::new));
        require(mounted.equals(there), owner, "mounts %s, and has %s".formatted(mounted, there));
        each(pod.spec(), "volumes").forEach(volume -> {
            String name = text(volume, "name");
            if (at(volume, "emptyDir").isJsonObject()) {
                require(
                        !text(volume, "emptyDir", "sizeLimit").isEmpty(),
                        owner,
                        "the volume %s has no limit".formatted(name));
            }

            exists(owner, "ConfigMap", text(volume, "configMap", "name"));
            exists(owner, "PersistentVolumeClaim", text(volume, "persistentVolumeClaim", "claimName"));
            String secret = text(volume, "secret", "secretName");
            exists(owner, "Secret", secret);
            each(volume, "secret", "items")
                    .map(item -> text(item, "key"))
                    .forEach(key -> require(
                            keys(secret).contains(key), owner, "the Secret %s has no key %s".formatted(secret, key)));
        });
    }

    private void exists(Manifest owner, String kind, String name) {
        require(name.isEmpty() || find(kind, name).isPresent(), owner, "there is no %s %s".formatted(kind, name));
    }

    private void service(Manifest service) {
        JsonObject selector = object(service.content(), "spec", "selector");
        List<Pod> pods = pods().filter(pod -> selects(selector, pod.labels())).toList();
        require(!pods.isEmpty(), service, "selects no pods");
        each(service.content(), "spec", "ports")
                .map(port -> text(port, "targetPort"))
                .forEach(port -> require(
                        pods.stream().allMatch(pod -> pod.hasPort(port)),
                        service,
                        "leads to a port that does not exist: " + port));
    }

    private void networkPolicy(Manifest policy) {
        JsonObject selector = object(policy.content(), "spec", "podSelector");
        List<Pod> pods = pods().filter(pod -> selects(selector, pod.labels())).toList();
        require(!pods.isEmpty(), policy, "selects no pods");
        each(policy.content(), "spec", "ingress").forEach(rule -> {
            peers(policy, rule, "from");
            each(rule, "ports")
                    .map(port -> text(port, "port"))
                    .forEach(port -> require(
                            pods.stream().allMatch(pod -> pod.hasPort(port)),
                            policy,
                            "opens a port that does not exist: " + port));
        });
        each(policy.content(), "spec", "egress").forEach(rule -> {
            peers(policy, rule, "to");
            List<Pod> others = own(rule, "to")
                    .flatMap(peer -> pods().filter(pod -> selects(peer, pod.labels())))
                    .toList();
            each(rule, "ports")
                    .map(port -> text(port, "port"))
                    .forEach(port -> require(
                            others.stream().allMatch(pod -> pod.hasPort(port)),
                            policy,
                            "leads to a port that does not exist: " + port));
        });
    }

    private void peers(Manifest policy, JsonElement rule, String side) {
        own(rule, side).forEach(peer -> require(selected(peer), policy, "names pods that do not exist: " + peer));
    }

    /** Peers in the own namespace. */
    private static Stream<JsonObject> own(JsonElement rule, String side) {
        return each(rule, side)
                .filter(peer -> at(peer, "podSelector").isJsonObject()
                        && !at(peer, "namespaceSelector").isJsonObject())
                .map(peer -> object(peer, "podSelector"));
    }

    private void ingress(Manifest ingress) {
        each(ingress.content(), "spec", "rules")
                .flatMap(rule -> each(rule, "http", "paths"))
                .forEach(path -> {
                    String name = text(path, "backend", "service", "name");
                    String port = text(path, "backend", "service", "port", "name");
                    require(
                            find("Service", name)
                                    .filter(service -> hasPort(service, port))
                                    .isPresent(),
                            ingress,
                            "%s leads to nothing: %s %s".formatted(text(path, "path"), name, port));
                });
    }

    private static boolean hasPort(Manifest service, String name) {
        return each(service.content(), "spec", "ports")
                .anyMatch(port -> text(port, "name").equals(name));
    }

    private void serviceMonitor(Manifest monitor) {
        JsonObject selector = object(monitor.content(), "spec", "selector");
        List<Manifest> services = manifests.stream()
                .filter(manifest -> manifest.kind().equals("Service"))
                .filter(manifest -> selects(selector, object(manifest.content(), "metadata", "labels")))
                .toList();
        require(!services.isEmpty(), monitor, "selects no services");
        each(monitor.content(), "spec", "endpoints")
                .map(endpoint -> text(endpoint, "port"))
                .forEach(port -> require(
                        services.stream().allMatch(service -> hasPort(service, port)),
                        monitor,
                        "asks a port that does not exist: " + port));
    }

    private boolean selected(JsonObject selector) {
        return pods().anyMatch(pod -> selects(selector, pod.labels()));
    }

    private Stream<Pod> pods() {
        return manifests.stream().flatMap(Manifest::pods);
    }

    private Optional<Manifest> find(String kind, String name) {
        return manifests.stream().filter(manifest -> manifest.is(kind, name)).findFirst();
    }

    private static int number(JsonElement from, String... path) {
        String text = text(from, path);
        return text.isEmpty() ? 0 : Integer.parseInt(text);
    }

    private void require(boolean condition, Manifest manifest, String problem) {
        if (!condition) {
            problems.add(manifest + ": " + problem);
        }
    }
}
