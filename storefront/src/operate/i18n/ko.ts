import type { Texts } from '../../i18n/en.ts';
import type { en } from './en.ts';

export const ko: Texts<typeof en> = {
  nav: {
    console: '운영',
    main: '주 메뉴',
    sales: '판매',
    purchases: '구매',
    trouble: '문제',
    log: '기록',
    explorer: '탐색기',
  },
  gate: {
    logIn: '판매 운영',
    logInHint: '운영자를 위한 페이지예요. 운영자 계정으로 로그인해 주세요.',
    refused: '운영자만 볼 수 있는 페이지예요',
    refusedHint:
      '지금은 팬 계정인 {{name}} 님으로 로그인되어 있어요. 팬이 보거나 할 수 있는 것은 여기에 없어요.',
    logInAsOther: '다른 계정으로 로그인',
    toStorefront: '공연 보러 가기',
  },
  sales: {
    heading: '판매',
    opens: '{{time}} 판매 시작',
    waiting: '대기',
    admitted: '입장',
    held: '선점',
    sold: '판매',
  },
  room: {
    status: { OPEN: '열림', PAUSED: '일시 정지', CLOSED: '닫힘' },
  },
  log: {
    heading: '운영자 기록',
    lead: '운영자 권한으로 한 모든 일이에요. 아무도 고치거나 지울 수 없어요.',
    none: '아직 한 일이 없어요',
    somebody: '계정이 삭제된 운영자',
    by: { SETTINGS: '시작할 때의 설정', COMMAND: '서버에서 실행한 명령' },
    actions: {
      createConcert: '공연을 만들었어요',
      addSchedule: '날짜를 추가했어요',
      configureWaitingRoom: '대기실을 바꿨어요',
      replayDeadLetter: '실패한 이벤트를 다시 보냈어요',
      redeliver: '전달을 다시 보냈어요',
      addOperator: '운영자로 지정했어요',
      endOperator: '운영자 지정을 끝냈어요',
      ensureOperator: '운영자로 지정했어요',
    },
  },
};
