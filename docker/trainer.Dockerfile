# SPDX-License-Identifier: Apache-2.0
# The trainer, linux/amd64 only: PyTorch's libraries are of that platform. From the root of the repository:
#   docker build -f docker/trainer.Dockerfile -t foreshock-trainer .
#   docker run --read-only --tmpfs /tmp:exec -v training:/data -e FORESHOCK_TOKEN=... foreshock-trainer \
#       train --run my-run --telemetry http://monitor:8087 --checkpoints /data/my-run
# /tmp must allow execution: JNA unpacks its library there. Without that denormal numbers slow the training down.

FROM maven:3.9.9-eclipse-temurin-17 AS build
WORKDIR /src
COPY pom.xml foreshock LICENSE README.md ./
COPY .mvn .mvn
COPY predictors predictors
COPY dashboards/pom.xml dashboards/pom.xml
COPY monitor/pom.xml monitor/pom.xml
COPY lab/pom.xml lab/pom.xml
COPY trainer trainer
COPY dist dist
# the archive of a release, without the wheels, which would need Python
RUN --mount=type=cache,target=/root/.m2 \
    mvn -q -B -Pdist -Dexec.skip -Dmaven.test.skip=true -pl dist/trainer -am package
WORKDIR /opt
RUN jar --extract --file /src/target/dist/trainer/foreshock-trainer-*.zip \
 && mv foreshock-trainer-* foreshock \
 && chmod +x foreshock/foreshock
# One step of a tiny model unpacks PyTorch's libraries (450 MB) to where the image keeps them, and shows that they work
ENV DJL_CACHE_DIR=/opt/djl
RUN foreshock/foreshock train --total-steps 1 --warmup-steps 0 --layers 1 --heads 2 --width 16 --context 16 --batch 2 \
 && chmod -R a+rX /opt/djl
# They are not needed a second time in their jar
WORKDIR /opt/pytorch
RUN jar --extract --file ../foreshock/lib/pytorch-native-cpu-*.jar \
 && rm -r pytorch \
 && jar --create --file ../foreshock/lib/pytorch-native-cpu-*.jar .

FROM eclipse-temurin:17.0.15_6-jre-jammy
COPY --from=build /opt/foreshock /opt/foreshock
COPY --from=build /opt/djl /opt/djl
RUN install -d -o 10001 -g 10001 /data
ENV DJL_CACHE_DIR=/opt/djl
USER 10001:10001
WORKDIR /data
VOLUME /data
ENTRYPOINT ["/opt/foreshock/foreshock"]
CMD ["train", "--help"]
