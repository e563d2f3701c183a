package io.muster.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What one piece of work cost.
 *
 * @param wall seconds from start to end
 * @param cpu seconds of processor time of the working process
 * @param serverCpu seconds of processor time of the database server; 0 when its process is not known
 * @param serverCpuAfter seconds of processor time of the database server from the end of the work until it was quiet
 * @param residentMib greatest resident memory of the working process in MiB
 * @param output what it wrote to standard output
 */
record Measured(double wall, double cpu, double serverCpu, double serverCpuAfter, long residentMib, String output) {

    /** No work at all. */
    static final Measured NOTHING = new Measured(0, 0, 0, 0, 0, "");

    private static final double NANOS = 1e9;

    /** The same with what the server did afterwards. */
    Measured andAfter(double serverSeconds) {
        return new Measured(wall, cpu, serverCpu, serverSeconds, residentMib, output);
    }

    /** This and then that: times add up, of the memory the greater counts. */
    Measured then(Measured next) {
        return new Measured(
                wall + next.wall,
                cpu + next.cpu,
                serverCpu + next.serverCpu,
                serverCpuAfter + next.serverCpuAfter,
                Math.max(residentMib, next.residentMib),
                "");
    }

    /** This without so many of those; of the memory nothing is taken away. */
    Measured without(int times, Measured each) {
        return new Measured(
                wall - times * each.wall,
                cpu - times * each.cpu,
                serverCpu - times * each.serverCpu,
                serverCpuAfter - times * each.serverCpuAfter,
                residentMib,
                output);
    }

    /** All processor time: of the process and of the server, during the work and after it. */
    double allCpu() {
        return cpu + serverCpu + serverCpuAfter;
    }

    /** Work that may fail. */
    interface Work {
        void run() throws Exception;
    }

    /** Does work in this thread. */
    static Measured here(long server, Work work) throws Exception {
        double serverBefore = cpuOf(server);
        double cpuBefore = cpuOf(ProcessHandle.current().pid());
        long start = System.nanoTime();
        work.run();
        double wall = (System.nanoTime() - start) / NANOS;
        return new Measured(
                wall, cpuOf(ProcessHandle.current().pid()) - cpuBefore, cpuOf(server) - serverBefore, 0, 0, "");
    }

    /** Runs a command to its end; it must succeed. */
    static Measured process(long server, List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        return process(server, command, environment, Duration.ofDays(1));
    }

    /** Runs a command and kills it with signal 9 when it lasts too long. */
    static Measured process(long server, List<String> command, Map<String, String> environment, Duration longest)
            throws IOException, InterruptedException {
        double serverBefore = cpuOf(server);
        Path out = Files.createTempFile("muster-bench", ".out");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        long start = System.nanoTime();
        Process process = builder.start();
        double cpu = 0;
        long resident = 0;
        boolean killed = false;
        while (!process.waitFor(20, TimeUnit.MILLISECONDS)) {
            cpu = Math.max(cpu, cpuOf(process.pid()));
            resident = Math.max(resident, residentOf(process.pid()));
            if (!killed && System.nanoTime() - start > longest.toNanos()) {
                killed = true;
                process.destroyForcibly();
            }
        }

        double wall = (System.nanoTime() - start) / NANOS;
        if (!killed && process.exitValue() != 0) {
            throw new IllegalStateException(command + " ended with " + process.exitValue());
        }

        String output = Files.readString(out);
        Files.delete(out);
        return new Measured(wall, cpu, cpuOf(server) - serverBefore, 0, resident, output);
    }

    /** Seconds of processor time of a process so far; 0 when it is not known. */
    static double cpuOf(long pid) throws IOException {
        Path stat = Path.of("/proc/" + pid + "/stat");
        if (pid == 0 || !Files.exists(stat)) {
            return 0;
        }

        try {
            String text = Files.readString(stat, StandardCharsets.ISO_8859_1);
            List<String> fields =
                    List.of(text.substring(text.lastIndexOf(')') + 2).split(" ", -1));
            // Ticks of a hundredth of a second, on every Linux.
            return (Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12))) / 100.0;
        } catch (IOException gone) {
            return 0;
        }
    }

    private static long residentOf(long pid) throws IOException {
        Path status = Path.of("/proc/" + pid + "/status");
        if (!Files.exists(status)) {
            return 0;
        }

        try {
            return Files.readAllLines(status, StandardCharsets.ISO_8859_1).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException gone) {
            return 0;
        }
    }
}
