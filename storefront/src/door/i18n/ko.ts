import type { Texts } from '../../i18n/en.ts';
import type { en } from './en.ts';

export const ko: Texts<typeof en> = {
  brand: 'Frontrow 입구',
  gate: {
    logIn: '입장 확인',
    logInHint:
      '입구에서 입장을 확인하는 직원을 위한 페이지예요. 운영자가 직원으로 지정한 계정으로 로그인해 주세요.',
    refused: '직원을 위한 페이지예요',
    refusedHint: '{{name}} 님은 팬으로 로그인했어요. 운영자에게 직원으로 지정해 달라고 해 주세요.',
    logInAsOther: '다른 계정으로 로그인',
  },
  setup: {
    heading: '어느 입구인가요?',
    search: '공연 찾기',
    show: '공연',
    door: '입구 이름',
    doorHint: '직원끼리 부르는 이름이에요. 예: 북문 2. 같은 티켓이 두 번 오면 모두에게 이 이름을 알려요.',
    begin: '시작하기',
    none: '그런 공연이 없어요.',
  },
  scan: {
    heading: '티켓 확인',
    offline_one: '인터넷이 없어요. 이 휴대폰에서 확인하고, 기록 {{count}}건은 나중에 알려요.',
    offline_other: '인터넷이 없어요. 이 휴대폰에서 확인하고, 기록 {{count}}건은 나중에 알려요.',
    typed: '코드 (입력하거나 스캐너로)',
    check: '확인',
    leave: '다른 공연이나 입구',
  },
  camera: {
    start: '카메라 켜기',
    stop: '카메라 끄기',
    label: '카메라 화면',
    failed: '카메라를 쓸 수 없어요. 브라우저 설정에서 허용하거나 코드를 입력해 주세요.',
  },
  verdict: {
    waiting: '티켓을 카메라에 보여 주세요.',
    yes: '입장하세요',
    no: '입장 불가',
    offline: '서명이 맞고, 이 휴대폰이 아는 한 아직 입장하지 않았어요',
    already: '이미 입장했어요: {{time}}, {{door}}',
    because: {
      VOID: '취소된 예매예요.',
      UNKNOWN: '저희 티켓이 아니에요.',
      OTHER_SHOW: '다른 공연의 티켓이에요.',
      NOT_ALLOWED: '더 이상 직원으로 로그인되어 있지 않아요.',
      NO_LIST: '이 휴대폰에 아직 공연 목록이 없어요. 한 번은 인터넷이 필요해요.',
    },
  },
  counts: {
    admitted: '입장',
    of: '{{tickets}}명 중 {{admitted}}명',
    here: '이 입구',
    pending: '알릴 기록',
  },
  conflicts: {
    heading: '두 번 온 티켓',
    twice:
      '{{seat}} 티켓이 두 번 왔어요. {{first}}, {{firstTime}}에 입장했고, {{door}}, {{time}}에 또 들여보냈어요.',
    void: '취소된 티켓을 {{door}}, {{time}}에 들여보냈어요.',
  },
};
